"""Which file an expression names, as far as that is written out, and whether it is one's own."""

import ast
import os.path
import posixpath
from collections.abc import Callable, Iterator

from sandbox.memory_tree import HOME, SCRATCH

LONGEST = 200
DEEPEST = 20
"""Beyond these, nothing is known of a place."""

_OF_TEXT = frozenset(
    ["os.fspath", "os.path.join"]
    + [f"os.path.{name}" for name in ("abspath", "expanduser", "normpath", "realpath")]
)
_OF_CLASS = frozenset({"pathlib.Path", "pathlib.PurePath", "pathlib.PosixPath"})
_SAME = frozenset({"absolute", "expanduser", "resolve", "with_name", "with_stem", "with_suffix"})


def outside(place: str) -> bool:
    """Tell whether a place is surely outside the working folder and the one for scratch."""
    normal = posixpath.normpath(place)
    if not posixpath.isabs(normal):
        return normal.startswith(("~", "../")) or normal == ".."
    known = normal.rstrip("*")
    if known != normal and HOME.startswith(known):
        return False  # it may still lead inside
    own = normal == HOME or normal.startswith((f"{HOME}/", f"{SCRATCH}/"))
    return not own and normal != os.path.devnull


class Places:
    """The places that names stand for.

    Args:
        path_of: Returns the dotted path that an expression stands for, such as "os.remove".

    Attributes:
        names: What is known of variables.
    """

    def __init__(self, path_of: Callable[[ast.AST], str | None]) -> None:
        self._path_of = path_of
        self.names: dict[str, str] = {}

    def of(self, node: ast.AST | None, depth: int = DEEPEST) -> str | None:
        """Return the file that an expression names, with ``*`` for what is not known of it."""
        if depth == 0:
            return None

        def joined(parts: list[ast.expr]) -> str:
            return posixpath.join("", *(self.of(part, depth - 1) or "*" for part in parts))

        match node:
            case ast.Constant(value=str(place)):
                pass
            case ast.Name(id=name) if name in self.names:
                place = self.names[name]
            case ast.JoinedStr(values=[start, *_]) | ast.BinOp(op=ast.Add(), left=start):
                place = joined([start]) + "*"
            case ast.BinOp(op=ast.Div(), left=left, right=right):
                place = joined([left, right])
            case ast.Attribute(value=owner, attr="parent"):
                place = joined([owner]) + "/.."
            case ast.Call(func=function, args=parts) if self._path_of(function) in _OF_TEXT:
                place = joined(parts)
            case ast.Call(func=ast.Attribute(attr="home")) if self._path_of(node) in _OF_CLASS:
                place = "~"
            case ast.Call(func=ast.Attribute(value=owner, attr="joinpath"), args=parts):
                place = joined([owner, *parts])
            case ast.Call(func=ast.Attribute(value=owner, attr=name)) if name in _SAME:
                place = joined([owner])
            case ast.Call(func=function, args=parts) if self._path_of(function) in _OF_CLASS:
                place = joined(parts)
            case ast.Call(func=ast.Name(id="str"), args=[path]):
                place = joined([path])
            case _:
                return None
        return place if len(place) <= LONGEST else None

    def changed(self, call: ast.Call, path: str) -> Iterator[str]:
        """Yield the places that a call changes, if it calls what changes files.

        Args:
            call: The call.
            path: The dotted path of what it calls.
        """
        nodes = [*call.args, *(word.value for word in call.keywords)]
        if path.startswith("shutil.copy"):
            nodes = nodes[1:]  # the first is only read
        if path.startswith("pathlib."):
            nodes = [*nodes, call.func.value] if isinstance(call.func, ast.Attribute) else nodes
        if path.endswith("open") and not _writes(call, path):
            nodes = []
        for node in nodes:
            if place := self.of(node):
                yield place


def _writes(call: ast.Call, path: str) -> bool:
    """Tell whether a file is opened to be written, as far as its mode is written out."""
    position = 0 if path.startswith("pathlib.") else 1
    modes = [word.value for word in call.keywords if word.arg == "mode"]
    modes += call.args[position : position + 1]
    return any(
        isinstance(mode, ast.Constant)
        and isinstance(mode.value, str)
        and set(mode.value) & set("wa+")
        for mode in modes
    )
