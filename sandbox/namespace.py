"""The strict builtins: what code inside the guest can name.

The policy judges text, and text can compute names: ``getattr(f, "__glo" + "bals__")``. So the
builtins that reach attributes, modules and text by name ask the policy again at run time, and the
standard modules are handed out as facades that hold public names only.

This keeps code that the organism makes for itself to the rules of the text. It is no wall: Python
has no inside that cannot be left, and whoever leaves this one still stands behind WebAssembly.
"""

import builtins
import pprint
import sys
from collections.abc import Callable, Iterable
from inspect import CO_OPTIMIZED
from types import CodeType, FrameType, ModuleType
from typing import Any
from weakref import ref

from sandbox import facades
from sandbox.guarded import READ
from sandbox.guards import (
    apart,
    attrgetter,
    delattr_,
    exact,
    getattr_,
    hasattr_,
    literal_eval,
    methodcaller,
    refused,
    setattr_,
    update_wrapper,
    wraps,
)
from sandbox.introspection import know_classes, members, read
from sandbox.library import Namespace, members_of
from sandbox.mounted import modules
from sandbox.names import judge_attribute, judge_builtin, judge_module
from sandbox.output import Output
from sandbox.own_modules import OwnModules
from sandbox.refusal import PolicyError, listeners, refuse
from sandbox.shapes import NAME, Shapes
from sandbox.verdict import Violation

Guard = Callable[[str, str, str], CodeType]

_INNER = {"collections": "abc", "os": "path"}
"""Modules that are members of others."""


_IMPORTED_BY_C = frozenset({"_strptime", "_pylong"})
"""C code imports these on behalf of whoever calls it, and does not look at what it is given."""


class Code:
    """What ``compile`` gives: a handle, since a real code object leads to building any other."""

    __slots__ = ("__weakref__",)


def strict_builtins(
    namespace: Namespace,
    *,
    guard: Guard,
    output: Output,
    on_refusal: Callable[[Violation], None] = lambda violation: None,
) -> Namespace:
    """Give a namespace builtins that hold to the policy.

    Args:
        namespace: The organism's globals. It gets the builtins and the name ``__main__``.
        guard: Judges a text and compiles it: ``guard(text, mode, filename)``, where the mode is
            that of ``compile``. It raises what the code is to see when the text is refused.
        output: Where it prints to.
        on_refusal: Told of each violation at run time, before the code is.

    Returns:
        The builtins, which are also in ``namespace["__builtins__"]``.
    """
    know_classes()
    strict = _Strict(namespace, guard, output).builtins
    listeners[:] = [on_refusal]
    namespace["__builtins__"] = strict
    namespace.setdefault("__name__", "__main__")
    return strict


class _Strict:
    """The functions that ask the policy, around one organism's namespace.

    Each is handed out `apart`, so the code that calls it is two frames above.
    """

    def __init__(self, namespace: Namespace, guard: Guard, output: Output) -> None:
        self._namespace = namespace
        self._guard = guard
        self._output: Any = output
        # A dictionary of the library's would show what is put into it to whoever changes its class.
        self._codes: dict[int, tuple[CodeType, ref[Code]]] = {}
        self._facades: dict[str, ModuleType] = {}
        self._replaced: dict[str, Namespace] = {
            "ast": {"literal_eval": literal_eval},
            "contextlib": {
                "redirect_stderr": output.errors.redirect,
                "redirect_stdout": output.redirect,
            },
            "inspect": facades.of_inspect(),
            "functools": {"update_wrapper": update_wrapper, "wraps": wraps},
            "operator": {"attrgetter": attrgetter, "methodcaller": methodcaller},
            "pprint": {"pprint": apart(self.pprint), "pp": apart(self.pp)},
            "queue": facades.QUEUES,
            "sys": facades.of_sys(output),
            "traceback": facades.of_traceback(output),
            "unittest": facades.of_unittest(namespace, output),
        }
        self.builtins: Namespace = {
            name: value if judge_builtin(name) is None else refused(name)
            for name, value in vars(builtins).items()
            if not name.startswith("_")
        }
        self.builtins.update(
            __name__="builtins",
            __build_class__=builtins.__build_class__,
            __import__=apart(self.import_),
            getattr=getattr_,
            setattr=setattr_,
            delattr=delattr_,
            hasattr=hasattr_,
            vars=apart(self.vars),
            dir=apart(self.dir),
            locals=apart(self.locals),
            globals=apart(self.globals),
            compile=apart(self.compile),
            exec=apart(self.exec),
            eval=apart(self.eval),
            exit=facades.leave,
            open=modules["io"].open,
            quit=facades.leave,
            print=apart(self.print),
        )
        self.builtins.update({READ: read, NAME: Shapes()})
        self._own = OwnModules(guard, self.builtins)

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
        return self._scope(sys._getframe(2))[0]

    def locals(self) -> Namespace:
        """The locals of the calling code."""
        return self._scope(sys._getframe(2))[1]

    def vars(self, *owner: Any) -> Namespace:
        """The attributes of an object; of classes and modules a copy, without their machinery."""
        if not owner:
            return self._scope(sys._getframe(2))[1]
        return members(*owner)

    def dir(self, *owner: Any) -> list[str]:
        """The names in an object, without those that the policy refuses."""
        names = dir(*owner) if owner else sorted(self._scope(sys._getframe(2))[1])
        return [name for name in names if judge_attribute(name) is None]

    # Text that becomes code.

    def compile(
        self, source: Any, filename: Any = "<string>", mode: str = "exec", *_: Any, **__: Any
    ) -> Code:
        """Judge and compile a text; flags are ignored, since trees do not run here."""
        # Errors look for their line in the file, unless its name says that there is none.
        code = self._code(source, mode, f"<{str(filename).strip('<>')}>")
        handle = Code()
        key = id(handle)
        self._codes[key] = code, ref(handle, lambda _: self._codes.pop(key))
        return handle

    def _code(self, source: Any, mode: str, filename: str = "<string>") -> CodeType:
        if type(source) is Code:
            return self._codes[id(source)][0]
        if isinstance(source, bytes | bytearray):
            source = source.decode()
        if not isinstance(source, str):
            reason = "only text, and what compile() made of it, can be run"
            raise PolicyError(f"blocked: {type(source).__name__}: {reason}")
        source = exact(source)
        return self._guard(source.lstrip(" \t") if mode == "eval" else source, mode, filename)

    def exec(self, source: Any, globals: Any = None, locals: Any = None) -> None:
        """Run a text in the calling code's scope, or in the one that is given."""
        scope = self._running_scope(sys._getframe(2), globals, locals)
        exec(self._code(source, "exec"), *scope)

    def eval(self, source: Any, globals: Any = None, locals: Any = None) -> Any:
        """Evaluate a text in the calling code's scope, or in the one that is given."""
        scope = self._running_scope(sys._getframe(2), globals, locals)
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
        """Import a facade of a harmless module, or a file of the working folder."""
        name = exact(name)
        if name in _IMPORTED_BY_C:
            return ModuleType(f"<{name}>")
        path = "." * level + name
        violation = judge_module(path)
        if violation is not None and violation.kind == "blocked" and path in self._own:
            return self._own.load(name)
        refuse(violation)
        module = self._facade(name)
        return module if fromlist else self._facade(name.partition(".")[0])

    def _facade(self, name: str) -> ModuleType:
        if name in self._facades:
            return self._facades[name]
        # By its own name, ``from json import decoder`` would find the real submodule.
        facade = self._facades[name] = ModuleType(f"<{name}>")
        public = {**members_of(name), **self._replaced.get(name, {})}
        facade.__dict__.update(public, __all__=sorted(public))
        if name in _INNER:
            facade.__dict__[_INNER[name]] = self._facade(f"{name}.{_INNER[name]}")
        return facade

    # Output.

    def print(
        self, *values: Any, sep: Any = " ", end: Any = "\n", file: Any = None, flush: bool = False
    ) -> None:
        """Print to the host, or to the file that is given."""
        sep, end = " " if sep is None else sep, "\n" if end is None else end
        (self._stdout() if file is None else file).write(sep.join(map(str, values)) + end)

    def _stdout(self) -> Any:
        """Where printing goes: code may have put another stream into its ``sys``."""
        sys_ = self._facades.get("sys")
        return self._output if sys_ is None else vars(sys_).get("stdout", self._output)

    def pprint(self, value: Any, stream: Any = None, *rest: Any, **options: Any) -> None:
        """Pretty-print to the host, or to the stream that is given."""
        pprint.pprint(value, self._stdout() if stream is None else stream, *rest, **options)

    def pp(self, value: Any, stream: Any = None, *rest: Any, **options: Any) -> None:
        """Pretty-print with the keys in their own order."""
        pprint.pp(value, self._stdout() if stream is None else stream, *rest, **options)
