"""The strict builtins: what code inside the guest can name.

The policy judges text, and text can compute names: ``getattr(f, "__glo" + "bals__")``. So the
builtins that reach attributes, modules and text by name ask the policy again at run time, and the
standard modules are handed out as facades that hold public names only.

This keeps code that the organism makes for itself to the rules of the text. It is no wall: Python
has no inside that cannot be left, and whoever leaves this one still stands behind WebAssembly.
"""

import builtins
import importlib
import pprint
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from inspect import CO_OPTIMIZED
from types import CodeType, FrameType, ModuleType
from typing import Any
from weakref import WeakKeyDictionary

from sandbox.guards import (
    PolicyError,
    attrgetter,
    dataclass,
    delattr_,
    exact,
    getattr_,
    hasattr_,
    listeners,
    literal_eval,
    make_dataclass,
    methodcaller,
    open_,
    parse,
    refuse,
    refused,
    setattr_,
    update_wrapper,
    wraps,
)
from sandbox.policy import (
    Violation,
    judge_attribute,
    judge_builtin,
    judge_module,
)

Guard = Callable[[str, str, str], CodeType]
Namespace = dict[str, Any]

# Of these modules only the named part is handed out: the rest opens files or builds functions.
_ONLY = {
    "io": {"BytesIO", "StringIO"},
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
    "ast": {"main"},
    "contextlib": {"chdir", "redirect_stderr"},
    "enum": {"global_enum"},
    "functools": {"singledispatch", "singledispatchmethod"},
    "string": {"Formatter"},
    "typing": {"ForwardRef", "evaluate_forward_ref", "get_args", "get_type_hints"},
    "uuid": {"getnode", "main", "uuid1"},
}


class Code:
    """What ``compile`` gives: a handle, since a real code object leads to building any other."""

    __slots__ = ("__weakref__",)


def strict_builtins(
    namespace: Namespace,
    *,
    guard: Guard,
    stdout_write: Callable[[str], object],
    on_refusal: Callable[[Violation], None] = lambda violation: None,
) -> Namespace:
    """Give a namespace builtins that hold to the policy.

    Args:
        namespace: The organism's globals. It gets the builtins and the name ``__main__``.
        guard: Judges a text and compiles it: ``guard(text, mode, filename)``, where the mode is
            that of ``compile``. It raises what the code is to see when the text is refused.
        stdout_write: Takes what is printed.
        on_refusal: Told of each violation at run time, before the code is.

    Returns:
        The builtins, which are also in ``namespace["__builtins__"]``.
    """
    strict = _Strict(namespace, guard, stdout_write).builtins
    listeners[:] = [on_refusal]
    namespace["__builtins__"] = strict
    namespace.setdefault("__name__", "__main__")
    return strict


class _Output:
    """Where printing goes: what the organism redirected it to, at last to the host."""

    def __init__(self, write: Callable[[str], object]) -> None:
        self._writes = [write]

    def write(self, text: str) -> None:
        self._writes[-1](text)

    def flush(self) -> None:
        pass

    @contextmanager
    def redirect(self, target: Any) -> Iterator[Any]:
        self._writes.append(target.write)
        try:
            yield target
        finally:
            self._writes.pop()


class _Strict:
    """The functions that ask the policy, around one organism's namespace."""

    def __init__(
        self, namespace: Namespace, guard: Guard, stdout_write: Callable[[str], object]
    ) -> None:
        self._namespace = namespace
        self._guard = guard
        self._output: Any = _Output(stdout_write)
        self._codes: WeakKeyDictionary[Code, CodeType] = WeakKeyDictionary()
        self._facades: dict[str, ModuleType] = {}
        self._replaced: dict[str, Namespace] = {
            "ast": {"literal_eval": literal_eval, "parse": parse},
            "contextlib": {"redirect_stdout": self._output.redirect},
            "dataclasses": {"dataclass": dataclass, "make_dataclass": make_dataclass},
            "functools": {"update_wrapper": update_wrapper, "wraps": wraps},
            "operator": {"attrgetter": attrgetter, "methodcaller": methodcaller},
            "pprint": {"pprint": self.pprint, "pp": self.pp},
        }
        self.builtins: Namespace = {
            name: value if judge_builtin(name) is None else refused(name)
            for name, value in vars(builtins).items()
            if not name.startswith("_")
        }
        self.builtins.update(
            __name__="builtins",
            __build_class__=builtins.__build_class__,
            __import__=self.import_,
            getattr=getattr_,
            setattr=setattr_,
            delattr=delattr_,
            hasattr=hasattr_,
            vars=self.vars,
            dir=self.dir,
            locals=self.locals,
            globals=self.globals,
            compile=self.compile,
            exec=self.exec,
            eval=self.eval,
            open=open_,
            print=self.print,
        )

    # Scopes.

    def _scope(self, caller: FrameType) -> tuple[Namespace, Namespace]:
        """The globals and locals of the calling code."""
        if caller.f_globals.get("__builtins__") is not self.builtins:
            # A library called us back: its scope is not for the organism.
            return self._namespace, self._namespace
        if caller.f_code.co_name == "<module>" and not caller.f_locals:
            # Top-level code whose names are stored elsewhere than where they are looked up.
            return caller.f_globals, caller.f_globals
        if caller.f_code.co_flags & CO_OPTIMIZED:
            return caller.f_globals, dict(caller.f_locals)
        return caller.f_globals, caller.f_locals

    def globals(self) -> Namespace:
        """The globals of the calling code."""
        return self._scope(sys._getframe(1))[0]

    def locals(self) -> Namespace:
        """The locals of the calling code."""
        return self._scope(sys._getframe(1))[1]

    def vars(self, *owner: Any) -> Namespace:
        """The attributes of an object; of classes and modules a copy, without their machinery."""
        if not owner:
            return self._scope(sys._getframe(1))[1]
        members: Namespace = vars(*owner)
        if issubclass(type(owner[0]), type | ModuleType):
            return {name: members[name] for name in members if judge_attribute(name) is None}
        return members

    def dir(self, *owner: Any) -> list[str]:
        """The names in an object, without those that the policy refuses."""
        names = dir(*owner) if owner else sorted(self._scope(sys._getframe(1))[1])
        return [name for name in names if judge_attribute(name) is None]

    # Text that becomes code.

    def compile(
        self, source: Any, filename: Any = "<string>", mode: str = "exec", *_: Any, **__: Any
    ) -> Code:
        """Judge and compile a text; flags are ignored, since trees do not run here."""
        handle = Code()
        # Errors look for their line in the file, unless its name says that there is none.
        self._codes[handle] = self._code(source, mode, f"<{str(filename).strip('<>')}>")
        return handle

    def _code(self, source: Any, mode: str, filename: str = "<string>") -> CodeType:
        if type(source) is Code:
            return self._codes[source]
        if isinstance(source, bytes | bytearray):
            source = source.decode()
        if not isinstance(source, str):
            reason = "only text, and what compile() made of it, can be run"
            raise PolicyError(Violation("blocked", f"{type(source).__name__}: {reason}", None))
        source = exact(source)
        return self._guard(source.lstrip(" \t") if mode == "eval" else source, mode, filename)

    def exec(self, source: Any, globals: Any = None, locals: Any = None) -> None:
        """Run a text in the calling code's scope, or in the one that is given."""
        scope = self._running_scope(sys._getframe(1), globals, locals)
        exec(self._code(source, "exec"), *scope)

    def eval(self, source: Any, globals: Any = None, locals: Any = None) -> Any:
        """Evaluate a text in the calling code's scope, or in the one that is given."""
        scope = self._running_scope(sys._getframe(1), globals, locals)
        return eval(self._code(source, "eval"), *scope)

    def _running_scope(self, caller: FrameType, globals: Any, locals: Any) -> tuple[Any, Any]:
        if globals is None:
            its_globals, its_locals = self._scope(caller)
            return its_globals, its_locals if locals is None else locals
        if not isinstance(globals, dict):
            raise TypeError(f"globals must be a dict, not {type(globals).__name__}")
        dict.__setitem__(globals, "__builtins__", self.builtins)
        return globals, globals if locals is None else locals

    # Modules.

    def import_(
        self,
        name: str,
        globals: Any = None,
        locals: Any = None,
        fromlist: Iterable[str] | None = (),
        level: int = 0,
    ) -> ModuleType:
        """Import a facade of a harmless module."""
        name = exact(name)
        refuse(judge_module("." * level + name))
        module = self._facade(name)
        return module if fromlist else self._facade(name.partition(".")[0])

    def _facade(self, name: str) -> ModuleType:
        if name in self._facades:
            return self._facades[name]
        real = importlib.import_module(name)
        # By its own name, ``from json import decoder`` would find the real submodule.
        facade = self._facades[name] = ModuleType(f"<{name}>", real.__doc__)
        members = {**_public_members(name, real), **self._replaced.get(name, {})}
        facade.__dict__.update(members, __all__=sorted(members))
        if name == "collections":
            facade.__dict__["abc"] = self._facade("collections.abc")
        return facade

    # Output.

    def print(
        self, *values: Any, sep: Any = " ", end: Any = "\n", file: Any = None, flush: bool = False
    ) -> None:
        """Print to the host, or to the file that is given."""
        sep, end = " " if sep is None else sep, "\n" if end is None else end
        (self._output if file is None else file).write(sep.join(map(str, values)) + end)

    def pprint(self, value: Any, stream: Any = None, *rest: Any, **options: Any) -> None:
        """Pretty-print to the host, or to the stream that is given."""
        pprint.pprint(value, self._output if stream is None else stream, *rest, **options)

    def pp(self, value: Any, stream: Any = None, *rest: Any, **options: Any) -> None:
        """Pretty-print with the keys in their own order."""
        pprint.pp(value, self._output if stream is None else stream, *rest, **options)


def _public_members(name: str, module: ModuleType) -> Namespace:
    names = getattr(module, "__all__", None) or [n for n in vars(module) if not n.startswith("_")]
    chosen = _ONLY.get(name, set(names)) - _WITHOUT.get(name, set())
    members = {name: getattr(module, name) for name in chosen if hasattr(module, name)}
    return {name: value for name, value in members.items() if not isinstance(value, ModuleType)}


# Builtins and library functions that reach attributes by name.
