"""Compiles clean text; what it does to things of unknown owners is made a question to a guard.

Nothing else of a text is changed, and most texts have nothing of that kind: they are compiled as
they are. The guards have names that no text can have, in the builtins of strict code.
"""

import ast
import builtins
import linecache
import re
import unicodedata
from types import CodeType
from typing import Any

from sandbox import shapes
from sandbox.parsing import Mode, parse
from sandbox.rules import GUARDED

READ = "<read>"

_MARKS = re.compile("|".join([*sorted(GUARDED), r"\bcase\b"]))


def compiled(text: str, filename: str, mode: str = "exec") -> CodeType:
    """Compile a text that the judge lets pass, and keep its lines for tracebacks."""
    linecache.cache[filename] = len(text), None, text.splitlines(keepends=True), filename
    source: Any = text
    if mode in ("exec", "eval") and _MARKS.search(unicodedata.normalize("NFKC", text)):
        inner: Mode = "eval" if mode == "eval" else "exec"
        source = ast.fix_missing_locations(_Guarding().visit(parse(text, inner)))
    code: CodeType = builtins.compile(source, filename, mode, dont_inherit=True)
    return code


class _Guarding(ast.NodeTransformer):
    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        """Ask for an attribute that may be read of one's own alone."""
        self.generic_visit(node)
        if node.attr not in GUARDED or not isinstance(node.ctx, ast.Load):
            return node
        asked: list[ast.expr] = [node.value, ast.Constant(node.attr)]
        return ast.copy_location(ast.Call(_name(READ), asked, []), node)

    def visit_match_case(self, node: ast.match_case) -> ast.match_case:
        """Ask for the classes of positional patterns."""
        for each in ast.walk(node.pattern):
            if isinstance(each, ast.MatchClass) and each.patterns:
                # Never run, this keeps the name within reach of a function that has no other use
                # for it.
                named = ast.If(ast.Constant(False), [ast.Expr(each.cls)], [])
                node.body.insert(0, ast.copy_location(named, each.cls))
                path = ast.Attribute(_name(shapes.NAME), ast.unparse(each.cls), ast.Load())
                each.cls = ast.copy_location(path, each.cls)
        self.generic_visit(node)
        return node


def _name(name: str) -> ast.Name:
    return ast.Name(name, ast.Load())
