"""Find a text of any kind in a model's answer: one that may have fences of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from autoagent.llm.framing.fence import FENCE, after_thoughts, first_word, indentation, joined

SAME = (
    frozenset({"", "text", "txt", "plaintext", "markdown", "md"}),
    frozenset({"python", "python3", "py", "py3"}),
    frozenset({"javascript", "js", "node", "mjs"}),
    frozenset({"typescript", "ts"}),
    frozenset({"sh", "bash", "shell", "zsh"}),
    frozenset({"yaml", "yml"}),
    frozenset({"rust", "rs"}),
    frozenset({"c++", "cpp", "cc", "cxx", "hpp"}),
)
"""Words that mark the same kind; no word at all marks prose."""
MOST_FENCES = 1_000
"""What follows them has none: finding the pairs takes time by the square of how many there are."""
RUN = re.compile(r"(?<!`)`{3,}(?!`)")


@dataclass(frozen=True, slots=True)
class Fence:
    """A line that may open a block, or close one.

    Attributes:
        line: Its number.
        ticks: How many backticks it has.
        word: What follows them, in lower case; nothing if nothing does.
        is_alone: Whether nothing is before them.
    """

    line: int
    ticks: int
    word: str
    is_alone: bool


def extract_text(answer: str, mark: str | None, *, nested: bool) -> str | None:
    """Return the text in an answer: the longest block of the kind, or else the longest of all.

    Of equal ones the last counts. A block ends with the first fence that has no word and no fewer
    backticks than its own, unless that closes a block within it, which a fence with a word opens.
    Where the text is likely to have fences without words, too, a block ends with the last fence
    with which all in between are pairs. One that is never closed reaches to the end, or to the
    next of its kind.

    Args:
        answer: What the model said.
        mark: The word that marks the kind, such as `py`; nothing marks prose, and None any kind.
        nested: Whether the text is likely to have such fences.

    Returns:
        The text without its fences, or None if there is none in a block.
    """
    lines = after_thoughts(answer.replace("\r\n", "\n")).split("\n")
    kinds = next((same for same in SAME if mark in same), frozenset({mark}))
    blocks = [(word, text) for word, text in _blocks(lines, kinds, nested) if text.strip()]
    ours = [text for word, text in blocks if word in kinds]
    return max(reversed(ours or [text for _, text in blocks]), key=len, default=None)


def fence_around(text: str) -> str:
    """Return a fence that is longer than any in a text."""
    return "`" * max([len(FENCE), *(1 + len(run) for run in RUN.findall(text))])


def _blocks(
    lines: list[str], kinds: frozenset[str | None], nested: bool
) -> Iterator[tuple[str, str]]:
    """Yield the blocks, each as its word and its text."""
    fences = [*islice(_fences(lines), MOST_FENCES)]
    place = 0
    while place < len(fences):
        opening = fences[place]
        end = _end(fences, place, kinds, nested)
        if end is None:
            end = next((n for n, each in _after(fences, place) if _begins(each, kinds)), None)
            place = len(fences) if end is None else end
        else:
            place = end + 1
        last = len(lines) if end is None else fences[end].line
        text = lines[opening.line + 1 : last]
        if end is not None and not fences[end].is_alone:
            text.append(lines[last].rstrip().rstrip("`"))
        yield opening.word, joined(text, indentation(lines[opening.line]))


def _fences(lines: list[str]) -> Iterator[Fence]:
    for number, line in enumerate(lines):
        runs = [*islice(RUN.finditer(line), 2)]
        if len(runs) == 1:
            head, rest = line[: runs[0].start()], line[runs[0].end() :]
            yield Fence(number, len(runs[0][0]), first_word(rest), not head.strip())


def _end(
    fences: Sequence[Fence], place: int, kinds: frozenset[str | None], nested: bool
) -> int | None:
    """Return the place of the fence that ends a block; None if there is none."""
    found: int | None = None
    is_within = False
    for number, fence in _after(fences, place):
        if not fence.is_alone or fence.ticks < fences[place].ticks:
            continue
        if fence.word:
            if is_within or (not nested and _begins(fence, kinds)):
                break
            is_within = True
        elif is_within:
            is_within = False
        else:
            found = number
            if not nested:
                break
            is_within = True  # if this is not the end, it opens a block
    if found is None:  # some models close a block behind its last line
        found = next((n for n, each in _after(fences, place) if _closes_behind(each)), None)
    return found


def _after(fences: Sequence[Fence], place: int) -> Iterator[tuple[int, Fence]]:
    return ((number, fences[number]) for number in range(place + 1, len(fences)))


def _begins(fence: Fence, kinds: frozenset[str | None]) -> bool:
    """Tell whether a fence opens a block of a kind, and is none that closes one."""
    return fence.is_alone and bool(fence.word) and fence.word in kinds


def _closes_behind(fence: Fence) -> bool:
    return not fence.is_alone and not fence.word
