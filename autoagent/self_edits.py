"""Edits by which a model changes its organism's definitions in part, made into ordinary Python.

The host applies them to the definitions that the organism has, and writes down whole what is other
than before. That is what the organism is given: it is judged, journalled and executed like any
answer, and nothing behind the wall knows of edits.
"""

from __future__ import annotations

import ast
import difflib
import keyword
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import islice

from autoagent.edits import (
    SHOWN,
    Edit,
    EditError,
    Lines,
    NowhereError,
    apply_among,
    is_mark,
    located,
)
from autoagent.genome import Genome
from autoagent.llm import Frame, Query
from autoagent.llm.framing.fence import FENCE, after_thoughts
from autoagent.llm.framing.query import ruled
from autoagent.organism import extract_code
from autoagent.showing import with_plain_ends
from sandbox.nesting import MAX_SOURCE
from sandbox.parsing import parse, statements

FORM = (
    "To change a part of a function, method or class that you have, you need not write all of it "
    "again. Write edits of its source, as self.source('name') returns it, in place of Python:\n"
    "<<<<<<< SEARCH\nlines as they are now\n=======\nlines as they are to be\n>>>>>>> REPLACE\n"
    "The lines must stand in one place alone. A hunk of a unified diff does, too. A block of "
    "Python in the same answer is executed after the edits."
)
"""What a model is told beside everything else."""
NOTE = "No edit of your last answer was applied, and nothing was run: {error}"
MADE = "# made of the edits above"
REFUSED = "raise ValueError(\n    {words!r}\n)"
MOST_EDITS = 50
LARGEST = 256 * 1024
"""Characters of definitions that edits are looked for in."""
MOST_LINES = 4_000
"""Lines of them among which the nearest one is looked for."""
MOST_NEAR = 6
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


class SelfEdits:
    """Reads the answers of a run whose organism may be edited; all as they are, if it may not.

    Args:
        on: Whether it may.
        genome: Returns the organism's definitions as they are.
    """

    def __init__(self, *, on: bool, genome: Callable[[], Genome]) -> None:
        self._on = on
        self._genome = genome

    def frame(self, frame: Frame) -> Frame:
        """Return a frame that says what edits look like, for queries that are one text."""
        return replace(frame, system=f"{frame.system}\n{FORM}".strip()) if self._on else frame

    def query(self, query: Query) -> Query:
        """Return a query that says so, if it is a conversation: these have no frame."""
        return ruled(query, FORM) if self._on else query

    def said(self, answer: str) -> str | None:
        """Return the code in an answer, or all of it where it holds edits; None for neither."""
        return answer if self._in(answer) else extract_code(answer)

    def unfit(self, answer: str) -> str:
        """Return what is told to a model whose edits do not apply; empty if nothing is wrong."""
        if self._in(answer):
            try:
                as_python(answer, self._genome())
            except EditError as error:
                return NOTE.format(error=error)
        return ""

    def given(self, answer: str) -> str:
        """Return an answer as its organism gets it: with Python where it holds edits.

        Where they do not apply, that Python raises an error, which says why.
        """
        if not self._in(answer):
            return answer
        try:
            return as_python(answer, self._genome())
        except EditError as error:
            return refusal(answer, error)

    def code(self, answer: str) -> str | None:
        """Return the code that is executed of an answer, or None."""
        return extract_code(self.given(answer))

    def _in(self, answer: str) -> bool:
        return self._on and holds_edits(answer)


def holds_edits(answer: str) -> bool:
    """Tell whether an answer holds edits: marks of them that are in no Python that parses."""
    if len(answer) > MAX_SOURCE or not ("<<<<<" in answer or "@@" in answer):
        return False
    marks = _marks(lines := _lines(answer))
    fences = [number for number, line in enumerate(lines) if FENCE in line]
    block = lines[fences[0] + 1 : fences[-1]] if fences else []
    codes = (lines, block, (extract_code(answer) or "").split("\n"))
    return marks > 0 and not any(_marks(each) >= marks and _is_python(each) for each in codes)


def as_python(answer: str, genome: Genome) -> str:
    """Return an answer with Python in place of its edits, and behind that its other code.

    Raises:
        EditError: An edit of it cannot be applied; nothing of it is.
    """
    lines = _lines(answer)
    found = located(lines)
    if len(found) > MOST_EDITS:
        raise EditError(f"there are {len(found)} edits; make at most {MOST_EDITS} in one answer")
    changed = _edited(genome, [edit for edit, _ in found])
    inside = {number for _, place in found for number in place}
    beside = extract_code("\n".join(line for n, line in enumerate(lines) if n not in inside))
    code = "\n\n".join(filter(None, [MADE, changed.strip("\n"), beside]))
    return _delivered(lines[: max(inside) + 1], code)


def refusal(answer: str, error: EditError) -> str:
    """Return an answer with Python in it that does nothing but say why its edits do not apply."""
    code = REFUSED.format(words=f"no edit was applied: {error}")
    try:
        return _delivered(_lines(answer), code)
    except EditError:
        return _delivered([], code)


def _lines(answer: str) -> Lines:
    return after_thoughts(answer.replace("\r\n", "\n")).split("\n")


def _marks(lines: Lines) -> int:
    return sum(map(is_mark, lines))


def _is_python(lines: Lines) -> bool:
    return statements("\n".join(lines)) is not None


def _delivered(said: Lines, code: str) -> str:
    """Return what was said with one block of code behind it.

    Raises:
        EditError: No block can hold it.
    """
    words = "\n".join(line for line in said if FENCE not in line).strip()
    text = f"{words}\n\n{FENCE}python\n{code}\n{FENCE}"
    if extract_code(text) != code.rstrip():
        raise EditError(
            f"what it changes has a line with {FENCE}, which ends a block of Python; define it in "
            "Python without such a line"
        )
    return text


def _edited(genome: Genome, edits: Sequence[Edit]) -> str:
    """Return the definitions that edits change, whole, and what must be defined anew with them.

    Raises:
        EditError: One cannot be applied, or leaves something that is no definition.
    """
    again = genome.kept(genome.sources)  # an older name of what has its own is no second place
    texts = {
        name: text
        for name, text in genome.sources.items()
        if name.isidentifier() and not keyword.iskeyword(name) and name not in again
    }
    if not texts:
        raise EditError("there is no definition of yours to edit; write Python")
    if (size := sum(map(len, texts.values()))) > LARGEST:
        raise EditError(
            f"your definitions have {size:,} characters, and edits are for {LARGEST:,}; define "
            "what is to change anew"
        )
    try:
        after = apply_among(texts, edits)
    except NowhereError as error:
        raise EditError(f"{error}{_nearest(error.search, texts)}") from None
    changed = {name: text for name, text in after.items() if text != texts[name]}
    if not changed:
        raise EditError("the edits change nothing")
    before: list[str] = []
    for name, text in changed.items():
        first, changed[name] = _split(text, texts[name])
        before.append(first)
        _require_definition(name, changed[name])
    defined = Genome({**genome.sources, **changed}).beyond(genome.sources).text
    return "\n\n".join(filter(None, [*before, defined]))


def _split(text: str, before: str) -> tuple[str, str]:
    """Split off what an edit has put in front of a definition: imports, say, or a helper."""
    own, nodes = {node.name for node in _definitions(before)}, _definitions(text)
    node = next((each for each in nodes if each.name in own), nodes[0] if nodes else None)
    if node is None:
        return "", text
    start = min(each.lineno for each in (node, *node.decorator_list)) - 1
    lines = with_plain_ends(text).split("\n")
    return "\n".join(lines[:start]).strip("\n"), "\n".join(lines[start:])


def _definitions(text: str) -> list[Definition]:
    return [node for node in statements(text) or [] if isinstance(node, Definition)]


def _require_definition(name: str, text: str) -> None:
    """Raise `EditError` unless a text can be executed as the definition of a name."""
    if not text.strip():
        raise EditError(
            f"nothing would be left of {name}: an edit removes no definition; write "
            f"`del type(self).{name}` if it is a method, and `del {name}` if an answer defined it"
        )
    definition = Genome({name: text}).text
    if statements(definition) is None:
        raise EditError(f"{name} would be no Python after the edits: {_why(definition)}")


def _why(text: str) -> str:
    """Say why a text does not parse."""
    try:
        parse(text)
    except SyntaxError as error:
        line = (error.text or "").strip()[:SHOWN]
        return f"{error.msg} (line {error.lineno}: {line})"
    except (ValueError, RecursionError, MemoryError, OverflowError) as error:
        return str(error) or type(error).__name__
    return "it is more than a parser can bear"


def _nearest(search: Sequence[str], texts: Mapping[str, str]) -> str:
    """Say which lines of the definitions are nearest to those that are nowhere."""
    lines = ((name, n, s) for name, text in texts.items() for n, s in enumerate(text.split("\n")))
    places: dict[str, tuple[str, int]] = {}
    for name, number, line in islice(lines, MOST_LINES):
        places.setdefault(line.strip()[:SHOWN], (name, number))
    sought = [line.strip()[:SHOWN] for line in search if line.strip()]
    missing = next((line for line in sought if line not in places), sought[0])
    near = difflib.get_close_matches(missing, places, n=1, cutoff=0.4)
    if not near:
        return f"; you have {', '.join(texts)}"[: 3 * SHOWN]
    name, number = places[near[0]]
    shown = "\n".join(texts[name].split("\n")[number : number + min(len(sought), MOST_NEAR)])
    return f"; the nearest are these of {name}: {shown[: 3 * SHOWN]!r}"
