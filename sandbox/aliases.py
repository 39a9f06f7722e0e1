"""What names in a text stand for: enough to see through aliases, no more."""

import ast
import builtins
import re

from sandbox.names import BUILTINS, FILES
from sandbox.places import Places
from sandbox.rules import names_of

_CLASSES = frozenset(name for name, each in vars(builtins).items() if isinstance(each, type))
_LITERALS = (
    *(ast.Constant, ast.JoinedStr, ast.Tuple, ast.List, ast.Dict, ast.Set, ast.Lambda),
    *(ast.ListComp, ast.DictComp, ast.SetComp, ast.GeneratorExp),
)
_PYTHON_FILE = re.compile(r"(?:^|/)([^\W\d]\w*)\.py$")
LONGEST_NAME = 200
"""Of a file that is looked for in a text."""
_GIVES_PATH = names_of(
    """home cwd parent joinpath absolute resolve expanduser with_name with_stem with_suffix
    relative_to"""
)


class Aliases:
    """What the names in one text stand for, once it was told of all nodes.

    Attributes:
        files: Names of modules that the text may write as files.
        places: Which files its expressions name.
    """

    def __init__(self) -> None:
        self.files: set[str] = set()
        self.places = Places(self.path)
        self._paths: dict[str, str] = {}
        self._bound: set[str] = set()

    def bind(self, node: ast.AST) -> None:
        """Take note of what a node gives a name to."""
        match node:
            case ast.Import(names=names):
                for name in names:
                    root = name.name.partition(".")[0]
                    self._paths[name.asname or root] = name.name if name.asname else root
            case ast.ImportFrom(module=str(module), names=names, level=0):
                for name in names:
                    self._paths[name.asname or name.name] = f"{module}.{name.name}"
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=value)
                | ast.AnnAssign(target=ast.Name(id=name), value=value)
                | ast.NamedExpr(target=ast.Name(id=name), value=value)
                | ast.withitem(optional_vars=ast.Name(id=name), context_expr=value)
            ):
                if path := self.path(value):
                    self._paths[name] = path
                if place := self.places.of(value):
                    self.places.names[name] = place
            case ast.Constant(value=str(text)) if found := _PYTHON_FILE.search(
                text[-LONGEST_NAME:]
            ):
                self.files.add(found[1])
            case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name):
                self._bound.add(name)
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                self._bound.add(node.name)

    def path(self, node: ast.AST | None) -> str | None:
        """The dotted path that an expression stands for, such as "os.system", or None."""
        attributes: list[str] = []
        root = None
        while root is None:
            match node:
                case ast.Attribute():
                    attributes.append(node.attr)
                    node = node.value
                case ast.Call(
                    func=ast.Name(id="getattr"),
                    args=[owner, ast.Constant(value=str(attribute)), *_],
                ):
                    attributes.append(attribute)
                    node = owner
                case ast.Call(
                    func=ast.Name(id="__import__") | ast.Attribute(attr="import_module"),
                    args=[ast.Constant(value=str(module)), *_],
                ):
                    root = module
                case ast.Call():
                    node = node.func
                case ast.NamedExpr():
                    node = node.value
                case ast.BinOp():
                    node = node.left  # Path("a") / "b" acts like Path
                case ast.Name(id=name) if name in self._paths:
                    root = self._paths[name]
                case ast.Name(id=name) if (
                    name in BUILTINS or name in FILES
                ) and name not in self._bound:
                    root = name
                case _:
                    return None
        path = ".".join([root, *reversed(attributes)])
        return plain_path(path) if len(path) < 200 else None

    def is_builtin(self, node: ast.expr) -> bool:
        """Whether an expression starts from a literal, or from a class that everybody has."""
        while True:
            match node:
                case ast.Call(func=ast.Name(id="type"), args=[below]):
                    node = below
                case ast.Attribute(value=below) | ast.Subscript(value=below) | ast.Call(func=below):
                    node = below
                case ast.Name(id=name):
                    return name in _CLASSES and name not in self._bound | self._paths.keys()
                case _:
                    return isinstance(node, _LITERALS)


def plain_path(path: str) -> str:
    """Return a dotted path without what makes no difference to the rules."""
    if path.startswith("pathlib.Path."):
        return ".".join(part for part in path.split(".") if part not in _GIVES_PATH)
    return path.removeprefix("builtins.")
