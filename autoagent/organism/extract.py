"""Find the Python code in a model's answer."""

import ast
import textwrap

from sandbox.parsing import statements

FENCE = "```"
PYTHON = frozenset({"python", "python3", "py", "py3"})
MAX_BARE = 65_536


def extract_code(answer: str) -> str | None:
    """Return the Python code in an answer.

    All fenced blocks marked as Python are joined by an empty line. Without one, the first
    unmarked block counts. A fence that is never closed reaches to the end. Without any fence
    the whole text counts if it parses and does something that prose does not do.

    Args:
        answer: What the model said.

    Returns:
        The code, or None if there is none. Any text is allowed; none makes this raise.
    """
    text = answer.replace("\r\n", "\n")
    if text.lstrip().startswith("<think>"):
        text = text.rpartition("</think>")[2]
    if FENCE not in text:
        return _bare(text)
    blocks = [(mark, code) for mark, code in _blocks(text) if code.strip()]
    marked = [code for mark, code in blocks if mark in PYTHON]
    unmarked = [code for mark, code in blocks if not mark]
    return "\n\n".join(marked or unmarked[:1]) or None


def _blocks(text: str) -> list[tuple[str, str]]:
    """Split off the fenced blocks, each as its mark (in lower case) and its text."""
    blocks: list[tuple[str, str]] = []
    lines: list[str] | None = None
    mark = ""
    for line in text.split("\n"):
        head, fence, rest = line.partition(FENCE)
        word = _first_word(rest)
        opens = fence and FENCE not in rest and (lines is None or _reopens(head, word))
        if lines is not None and fence and (opens or line.rstrip().endswith(FENCE)):
            if not opens:
                lines.append(line.rstrip().rstrip("`"))
            blocks.append((mark, _join(lines)))
            lines = None
        elif lines is not None:
            lines.append(line)
        if opens:
            lines, mark = [], word
    if lines is not None:
        blocks.append((mark, _join(lines)))
    return blocks


def _first_word(rest: str) -> str:
    """Return the mark behind an opening fence, in lower case."""
    words = rest.lstrip("`").split(maxsplit=1)
    return words[0].lower() if words else ""


def _reopens(head: str, word: str) -> bool:
    """Tell whether a fence inside a block starts a new block: some models never close."""
    return not head.strip() and word in PYTHON


def _join(lines: list[str]) -> str:
    """Join the lines of a block, without the indentation of a block inside a list."""
    code = "\n".join(lines)
    if lines and lines[0][:1] in (" ", "\t"):
        code = textwrap.dedent(code)
    return code.strip("\n").rstrip()


def _bare(text: str) -> str | None:
    """Return a text without fences if it is Python and not prose that happens to parse."""
    code = text.strip()
    body = statements(code) if len(text) <= MAX_BARE else None
    return code if any(_acts(node) for node in body or ()) else None


def _acts(node: ast.stmt) -> bool:
    """Tell whether a statement does something: prose such as `yes` or `Note: this` does not."""
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Call | ast.Await | ast.NamedExpr)
    if isinstance(node, ast.AnnAssign):
        return node.value is not None
    return not isinstance(node, ast.Pass | ast.Break | ast.Continue)
