"""The standard library as strict code has it: what is handed out, and how the rest is held.

Library code reaches attributes by name and makes code of text on behalf of whoever calls it. Some
of that is left out of the facades. Some does its work deep inside, so the function that does it is
replaced there: a module's own name comes before a builtin.
"""

import argparse
import ast
import builtins
import collections
import copy
import dataclasses
import enum
import functools
import importlib
import inspect
import json
import logging
import re
import sys
import timeit
import typing
import unittest
from collections.abc import Callable
from types import CodeType, ModuleType, SimpleNamespace
from typing import Any, NoReturn

from sandbox.guarded import compiled
from sandbox.guards import exact, getattr_, hasattr_, setattr_, update_wrapper
from sandbox.introspection import members
from sandbox.judge import judge
from sandbox.mounted import modules
from sandbox.names import judge_attribute
from sandbox.nesting import too_deep
from sandbox.parsing import parse
from sandbox.rules import CODE, GUARDED, names_of

Namespace = dict[str, Any]

# Of these modules only the named part is handed out. The rest of ast are classes that the judge
# looks at every text with; that of the others opens files or builds functions.
_ONLY: dict[str, set[str] | frozenset[str]] = {
    "ast": {"literal_eval"},
    "io": names_of(
        """BufferedIOBase BufferedRWPair BufferedRandom BufferedReader BufferedWriter BytesIO
        DEFAULT_BUFFER_SIZE FileIO IOBase RawIOBase SEEK_CUR SEEK_END SEEK_SET StringIO TextIOBase
        TextIOWrapper UnsupportedOperation open"""
    ),
    "os": names_of(
        """DirEntry F_OK O_APPEND O_CREAT O_EXCL O_RDONLY O_RDWR O_TRUNC O_WRONLY PathLike R_OK
        SEEK_CUR SEEK_END SEEK_SET W_OK X_OK access altsep chdir chmod close cpu_count curdir
        defpath devnull dup environ error extsep fdopen fsdecode fsencode fspath fstat fsync
        ftruncate getcwd getcwdb getenv getpid linesep listdir lseek lstat makedirs mkdir name open
        pardir pathsep read readlink remove removedirs rename renames replace rmdir scandir sep stat
        stat_result strerror truncate umask unlink urandom utime walk write"""
    ),
    "inspect": names_of(
        """BoundArguments Parameter Signature cleandoc getdoc isabstract isasyncgen
        isasyncgenfunction isawaitable isbuiltin isclass iscoroutine iscoroutinefunction
        isdatadescriptor isfunction isgenerator isgeneratorfunction ismethod ismethoddescriptor
        ismodule isroutine"""
    ),
    "queue": {"Empty", "Full"},
    "sys": names_of(
        """byteorder float_info get_int_max_str_digits getdefaultencoding getrecursionlimit
        getsizeof hash_info int_info intern maxsize maxunicode set_int_max_str_digits version
        version_info"""
    ),
    "traceback": frozenset(),
    "types": {
        *("BuiltinFunctionType", "EllipsisType", "FunctionType", "GeneratorType", "GenericAlias"),
        *("LambdaType", "MappingProxyType", "MethodType", "ModuleType", "NoneType"),
        *("NotImplementedType", "SimpleNamespace", "UnionType"),
    },
}

# These are left out: they evaluate text, reach attributes by name, or act on the guest's process.
_WITHOUT = {
    "base64": {"main", "test"},
    "calendar": {"main"},
    "enum": {"global_enum"},
    "functools": {"partialmethod", "singledispatch", "singledispatchmethod"},
    "logging": {"captureWarnings"},
    "pathlib": {"PureWindowsPath", "WindowsPath"},
    "shutil": {"chown", "disk_usage", "make_archive", "unpack_archive"},
    "string": {"Formatter"},
    "timeit": {"main"},
    "typing": {"ForwardRef", "evaluate_forward_ref", "get_args", "get_type_hints"},
    "unittest": {
        *("IsolatedAsyncioTestCase", "installHandler", "registerResult", "removeHandler"),
        "removeResult",
    },
    "uuid": {"getnode", "main", "uuid1"},
    "weakref": {"WeakMethod"},
}

_WORD = re.compile(r"\w+")
_OWN_NAME = re.compile("__(?=dataclass|create_fn__)")


def _own_json() -> ModuleType:
    """A json beside the one in which the guest speaks to the host: classes can be changed."""
    names = [name for name in sys.modules if name.partition(".")[0] == "json"]
    first = {name: sys.modules.pop(name) for name in names}
    try:
        own = importlib.import_module("json")
        for module in (own, sys.modules["json.decoder"]):
            vars(module)["JSONDecodeError"] = json.JSONDecodeError  # it is raised by C code, too
        return own
    finally:
        sys.modules.update(first)


# Now, since later there may be no files to import from: this json, and what shows annotations.
_OWN = {"json": _own_json(), **modules}
ast.unparse(parse("0"))


def members_of(name: str) -> Namespace:
    """What a facade of a module holds: its public names, and no modules."""
    module = _OWN.get(name) or importlib.import_module(name)
    names = getattr(module, "__all__", None) or [n for n in vars(module) if not n.startswith("_")]
    chosen = _ONLY.get(name, set(names)) - _WITHOUT.get(name, set())
    members = {name: getattr(module, name) for name in chosen if hasattr(module, name)}
    return {name: value for name, value in members.items() if not isinstance(value, ModuleType)}


def hold_library(namespace: Namespace) -> Callable[[], None]:
    """Hold the standard library of this interpreter to the policy.

    Args:
        namespace: The organism's globals, with strict builtins, which become those of code that the
            library makes.

    Returns:
        What lets go of it again.
    """
    strict = namespace["__builtins__"]
    held: list[tuple[object, str, Any]] = [
        (argparse, "_sys", _SysWithArguments(lambda: strict["__import__"]("sys").argv)),
        (argparse, "getattr", getattr_),
        (argparse, "hasattr", hasattr_),
        (argparse, "setattr", setattr_),
        (argparse, "vars", members),
        (argparse._AttributeHolder, "_get_kwargs", _items),
        (collections, "eval", _eval_of_fields),
        (copy, "setattr", setattr_),
        (dataclasses, "exec", _exec_of_methods(namespace)),
        (enum, "getattr", _getattr),
        (functools, "update_wrapper", update_wrapper),
        (inspect, "eval", _unknown),
        (inspect, "get_annotations", _annotations),
        (logging, "_startTime", 0),
        (logging, "logProcesses", False),
        (logging, "logThreads", False),
        (logging, "os", modules["os"]),
        *((kind, "_format", _formatted(kind)) for kind in _STYLES),
        (timeit, "_globals", lambda: namespace),
        (timeit, "compile", strict["compile"]),
        (timeit, "exec", strict["exec"]),
        (timeit.Timer, "autorange", _once),
        (typing, "getattr", _getattr_of_alias),
        (typing, "compile", _checked),
        *((unittest.loader.TestLoader, name, _no_files) for name in _FINDS_TESTS),
        *((module, "getattr", _getattr_of_tests) for module in _TESTING),
    ]
    if sys.version_info >= (3, 14):
        import annotationlib

        held += [
            (annotationlib, "compile", _checked),
            (annotationlib.ForwardRef, "evaluate", _unevaluated),
        ]
    before = [(owner, name, vars(owner).get(name, held)) for owner, name, _ in held]
    for owner, name, value in held:
        setattr(owner, name, value)

    def release() -> None:
        for owner, name, value in before:
            if value is held:  # it was a builtin
                delattr(owner, name)
            else:
                setattr(owner, name, value)

    return release


_FINDS_TESTS = (
    *("discover", "loadTestsFromName", "loadTestsFromNames", "_find_test_path", "_find_tests"),
    "_get_module_from_name",
)
"""Methods of test loaders that import modules by name."""


_TESTING = (unittest.case, unittest.loader, unittest.runner)
_STYLES = (logging.PercentStyle, logging.StrFormatStyle, logging.StringTemplateStyle)


def _getattr_of_tests(owner: Any, name: Any, *default: Any) -> Any:
    """``getattr`` for tests, which have dunder names of their own."""
    if (name := exact(name))[:11] != "__unittest_" and name != "__warningregistry__":
        return getattr_(owner, name, *default)
    return getattr(owner, name, *default)


class _SysWithArguments:
    """``sys`` for argparse, with the arguments that strict code has put into its own."""

    __slots__ = ("_arguments",)

    def __init__(self, arguments: Callable[[], Any]) -> None:
        self._arguments = arguments

    def __getattr__(self, name: str) -> Any:
        return self._arguments() if name == "argv" else getattr(sys, name)


def _items(owner: Any) -> list[tuple[str, Any]]:
    """What argparse shows of an object."""
    return list(members(owner).items())


def _formatted(style: type) -> Callable[[Any, Any], str]:
    """The formatting of a log record, which may be anything, in a style."""
    format_: Callable[[Any, Any], str] = vars(style)["_format"]

    def formatted(self: Any, record: Any) -> str:
        return format_(self, SimpleNamespace(**members(record)))

    return formatted


def _no_files(*_: Any, **__: Any) -> NoReturn:
    """Refuse to look for tests in files."""
    raise ValueError("tests are found in classes: use loadTestsFromTestCase, or unittest.main()")


def _once(timer: timeit.Timer, *_: Any) -> tuple[int, float]:
    """``Timer.autorange`` where the clock may stand still."""
    return 1, timer.timeit(1)


def _unknown(text: str, *_: Any) -> NoReturn:
    """``eval`` of names in signatures that are text."""
    raise NameError(text)


def _annotations(owner: Any, **_: Any) -> dict[str, Any]:
    """``get_annotations`` that evaluates no text."""
    try:
        return dict(getattr(owner, "__annotations__", None) or {})
    except NameError:  # they are evaluated late, and one is not there yet
        return {}


def _getattr(owner: Any, name: Any, *default: Any) -> Any:
    """``getattr`` for the library, to which what is refused looks missing."""
    name = exact(name)
    return _found(owner, name, default, judge_attribute(name) is None or name in vars(object))


def _getattr_of_alias(owner: Any, name: Any, *default: Any) -> Any:
    """The same for typing, which adds dunder names of its own and is careful with them."""
    violation = judge_attribute(name := exact(name))
    fine = violation is None or (violation.kind != "harm" and name not in {CODE, *GUARDED})
    return _found(owner, name, default, fine)


def _found(owner: Any, name: Any, default: tuple[Any, ...], fine: bool) -> Any:
    if fine:
        return getattr(owner, name, *default)
    if default:
        return default[0]
    raise AttributeError(name)


def _exec_of_methods(namespace: Namespace) -> Callable[..., None]:
    """``exec`` for dataclasses, which writes methods around the names of fields."""

    def exec_(text: str, globals: Any, locals: Namespace) -> None:
        # Names that start so are its own, and mean nothing to anybody else.
        if message := judge(_OWN_NAME.sub("", text)).message:
            raise TypeError(
                f"a field must be named by an identifier; this one makes code: {message}"
            )
        builtins.exec(compiled(text, "<string>"), namespace, locals)

    return exec_


def _eval_of_fields(text: str, namespace: Namespace) -> Any:
    """``eval`` for named tuples, whose fields are read by patterns as well."""
    for word in _WORD.findall(text):
        if judge_attribute(word) is not None:
            raise ValueError(f"a field cannot have the name {word}")
    return builtins.eval(text, namespace)


def _checked(text: str, *_: Any, **__: Any) -> CodeType | None:
    """``compile`` for annotations that are text: checked, and never evaluated."""
    if too_deep(text) is not None:
        raise SyntaxError("too deeply nested")
    parse(text, "eval")
    return None


def _unevaluated(reference: Any, **_: Any) -> Any:
    """``ForwardRef.evaluate``, which may say that it cannot."""
    return reference
