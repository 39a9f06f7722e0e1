"""What a model is asked for a better text, and how its answer is read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from autoagent.edits import apply, read
from autoagent.llm import Frame
from autoagent.llm.framing.fence import FENCE
from autoagent.llm.framing.text_block import extract_text, fence_around
from genetic.evolve.candidate import Candidate
from genetic.evolve.marks import (
    END,
    START,
    abridged,
    filled,
    frame,
    has_one_block,
    unchanged_around,
)
from genetic.search.room import Room
from genetic.search.text import MARKER, check_whole, cut, has_other_ends, plain
from sandbox.programs.evaluator import Evaluation

LONGEST_WORDS = 1_500
"""Characters of one thing that an evaluator says."""
SPARE = 300
"""Characters of such things where there is hardly room, and of why an answer was of no use."""
REWRITE = Frame(
    system="You improve a text so that its score, which an evaluator gives, becomes higher. Say in "
    "one sentence what you change, and then write the whole new text in one block of ```."
)
EDIT = Frame(
    system="You improve a text so that its score, which an evaluator gives, becomes higher. Say in "
    "one sentence what you change, and then write edits, each of which looks like this:\n"
    "<<<<<<< SEARCH\nlines of the text as they are\n=======\nwhat is to be in their place\n"
    ">>>>>>> REPLACE"
)


@dataclass(frozen=True, slots=True)
class Shown:
    """What a model is shown.

    Attributes:
        parent: What is to be improved.
        inspirations: Others, the best first.
        history: All that were born before, in order.
        refused: Why the last answer was of no use; nothing if there was none.
    """

    parent: Candidate
    inspirations: Sequence[Candidate]
    history: Sequence[Candidate]
    refused: str = ""


class Proposer(Protocol):
    """Has models write texts.

    Attributes:
        frame: What stands around a query.
    """

    frame: Frame

    def query(self, shown: Shown) -> str:
        """Return what a model is asked."""
        ...

    def text(self, answer: str, parent: Candidate) -> str:
        """Return the new text that an answer gives.

        Raises:
            ValueError: It gives none; the message says why, for the model to read.
        """
        ...

    def to_beat(self, shown: Shown) -> Candidate:
        """Return what an answer must be better than to be learnt from."""
        ...


class Improver:
    """Asks for a better program: for the whole of it, or for edits.

    What is to be written anew is shown whole, or, with marks, all that may change. Only where
    edits are wanted, the middle of a program may be left out.

    Args:
        task: What the program is for, in words.
        fence: The word that marks its language in a block; nothing marks prose.
        diff: Whether to ask for edits.
        room: How long a query may be.
    """

    def __init__(self, *, task: str = "", fence: str = "", diff: bool, room: Room) -> None:
        self.frame = EDIT if diff else REWRITE
        self._task = task
        self._fence = fence
        self._diff = diff
        self._room = room

    def query(self, shown: Shown) -> str:
        """Return what a model is asked; see `Proposer.query`."""
        query = ""
        for query in self._queries(shown):
            if self._room.holds(query, self.frame):
                break
        return query

    def text(self, answer: str, parent: Candidate) -> str:
        """Return the new program; see `Proposer.text`.

        Its lines end as its parent's do, if those all end alike.
        """
        before = plain(parent.program)
        if self._diff:
            after = apply(before, read(answer))
        else:
            nested = not self._fence or FENCE in before
            block = extract_text(answer, self._fence, nested=nested)
            if block is None:
                raise ValueError("it has no block of ```")
            after = filled(before, block + "\n" if _ends_a_line(before, block) else block)
        check_whole(after, before)
        self.check(unchanged_around(before, after))
        return after.replace("\n", "\r\n") if has_other_ends(parent.program) else after

    def to_beat(self, shown: Shown) -> Candidate:
        """Return what is to be improved; see `Proposer.to_beat`."""
        return shown.parent

    def check(self, program: str) -> None:
        """Refuse a program that is to be written anew, and could not be shown for that.

        Raises:
            ValueError: It could not; the message says how much a query may have.
        """
        unknown = Candidate("", program, Evaluation(score=None, problem="0" * SPARE))
        shown = Shown(unknown, (), (), "0" * SPARE)
        queries = (self._query(shown, [], 0, view) for view in self._views(plain(program)))
        if not any(self._room.holds(query, self.frame) for query in queries):
            what = "its block" if has_one_block(program) else "it"
            raise ValueError(
                f"it has {len(program)} characters, and {what} cannot be shown whole: "
                f"{self._room.bounds}"
            )

    def _queries(self, shown: Shown) -> Iterator[str]:
        """Yield what could be asked, with less and less beside the program, and then of it."""
        program = plain(shown.parent.program)
        for number in range(len(shown.inspirations), 0, -1):
            yield self._query(shown, shown.inspirations[:number], LONGEST_WORDS, program)
        for words in (LONGEST_WORDS, SPARE, 0):
            yield self._query(shown, [], words, program)
        for view in self._views(program):
            yield self._query(shown, [], 0, view)

    def _views(self, program: str) -> Iterator[str]:
        """Yield a program, and what of it is enough to change it, ever less."""
        yield program
        if has_one_block(program):
            yield from (abridged(program, chars) for chars in (4000, 1000, 0))
        if self._diff:
            yield from (cut(program, self._room.chars >> halved) for halved in range(1, 6))

    def _query(self, shown: Shown, others: Sequence[Candidate], words: int, program: str) -> str:
        quoted = [self._quoted(each, words, self._cut(each)) for each in others]
        marked = frame(program) is not None
        alone = marked and not self._diff and MARKER.strip() in program
        parts = [
            self._task,
            "Others that were tried:\n\n" + "\n\n".join(quoted) if quoted else "",
            "This is to be improved. " + self._quoted(shown.parent, words, program),
            f"Change only what is between {START} and {END}." if marked else "",
            "Write only that, without these two lines." if alone else "",
            f"Your last answer was of no use: {cut(shown.refused, SPARE)}" if shown.refused else "",
        ]
        return "\n\n".join(filter(None, parts))

    def _cut(self, candidate: Candidate) -> str:
        return cut(plain(candidate.program), self._room.chars // 8)

    def _quoted(self, candidate: Candidate, words: int, text: str) -> str:
        """Return what is known of a program, each in at most so many characters, and it itself."""
        evaluation = candidate.evaluation
        metrics = ", ".join(f"{name} {value:g}" for name, value in evaluation.metrics.items())
        worth = standing(candidate) + (f" ({metrics})" if len(evaluation.metrics) > 1 else "")
        said = evaluation.words.items() if words else ()
        parts = [cut(worth, max(words, SPARE))]
        parts += [f"{name}: {cut(text, words)}" for name, text in said]
        fence = fence_around(text)
        return "\n".join([*parts, f"{fence}{self._fence}\n{text}\n{fence}"])


def standing(candidate: Candidate) -> str:
    """Say what a candidate is worth."""
    if candidate.score is None:
        return f"It has no score: {candidate.evaluation.problem}"
    return f"Its score is {candidate.score:.10g}."


def _ends_a_line(before: str, block: str) -> bool:
    """Tell whether a program that a block replaces as a whole ended with a line's end."""
    whole = frame(before) is None or frame(block) is not None
    return whole and before.endswith("\n")
