"""Find the code of any language in a model's answer."""

from collections.abc import Iterator

FENCE = "```"
SAME = (
    frozenset({"python", "python3", "py", "py3"}),
    frozenset({"javascript", "js", "node", "mjs"}),
)
"""Words that mark the same language."""


def extract_block(text: str, fence: str) -> str | None:
    """Return the code in an answer.

    The longest block marked as the language counts, or else the longest unmarked one: what
    explains a program is shorter than the program. A block that is never closed reaches to the
    end. Without any fence the whole text counts: prose is then a program that does not compile.

    Args:
        text: What the model said. It takes time in proportion to its length, whatever it is.
        fence: The word that marks the language, such as `c`.

    Returns:
        The code without its fences, or None if there is none.
    """
    text = text.replace("\r\n", "\n")
    text = after_thoughts(text)
    if FENCE not in text:
        return text.strip() or None
    marks = next((same for same in SAME if fence in same), frozenset({fence}))
    blocks = [(mark, code) for mark, code in _blocks(text, marks) if code.strip()]
    marked = [code for mark, code in blocks if mark in marks]
    unmarked = [code for mark, code in blocks if not mark]
    return max(marked or unmarked, key=len, default=None)


def after_thoughts(text: str) -> str:
    """Return what a model said after it had thought aloud."""
    return text.rpartition("</think>")[2] if text.lstrip().startswith("<think>") else text


def _blocks(text: str, marks: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Yield the fenced blocks, each as its mark and its text."""
    mark: str | None = None
    lines: list[str] = []
    indent = 0
    for line in text.split("\n"):
        head, found, rest = line.partition(FENCE)
        word = first_word(rest)
        opens = found and FENCE not in rest
        if mark is None:
            if opens:
                mark, lines, indent = word, [], indentation(line)
        elif opens and not head.strip() and word in marks:  # some models never close a block
            yield mark, joined(lines, indent)
            mark, lines, indent = word, [], indentation(line)
        elif found and line.rstrip().endswith(FENCE):
            yield mark, joined([*lines, line.rstrip().rstrip("`")], indent)
            mark = None
        else:
            lines.append(line)
    if mark is not None:
        yield mark, joined(lines, indent)


def first_word(rest: str) -> str:
    """Return the mark behind an opening fence, in lower case."""
    words = rest.lstrip("`").split(maxsplit=1)
    return words[0].lower() if words else ""


def indentation(line: str) -> int:
    """Count the white space before an opening fence: a block in a list is indented as a whole."""
    return len(line) - len(line.lstrip())


def joined(lines: list[str], indent: int) -> str:
    """Join the lines of a block, without the indentation of its fence."""
    code = "\n".join(line[min(indent, indentation(line)) :] for line in lines)
    return code.strip("\n").rstrip()
