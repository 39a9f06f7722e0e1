"""What a model is asked for a better text, and how its answer is read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from autoagent.edits import apply, read
from autoagent.llm import Frame
from autoagent.llm.framing.fence import FENCE
from autoagent.llm.framing.text_block import extract_text, fence_around
from genetic.evolve.candidate import Candidate
from genetic.evolve.marks import END, START, filled, frame, unchanged_around
from genetic.search.text import cut

LONGEST_WORDS = 1_500
"""Characters of one thing that an evaluator says."""
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

    Args:
        task: What the program is for, in words.
        fence: The word that marks its language in a block; nothing marks prose.
        diff: Whether to ask for edits.
        chars: The longest query, as far as cutting what it quotes can achieve that.
    """

    def __init__(self, *, task: str = "", fence: str = "", diff: bool, chars: int) -> None:
        self.frame = EDIT if diff else REWRITE
        self._task = task
        self._fence = fence
        self._diff = diff
        self._chars = chars

    def query(self, shown: Shown) -> str:
        """Return what a model is asked; see `Proposer.query`."""
        others = [self._quoted(each, self._chars // 8) for each in shown.inspirations]
        marked = frame(shown.parent.program) is not None
        parts = [
            self._task,
            "Others that were tried:\n\n" + "\n\n".join(others) if others else "",
            "This is to be improved. " + self._quoted(shown.parent, self._chars // 2),
            f"Change only what is between {START} and {END}." if marked else "",
            f"Your last answer was of no use: {shown.refused}" if shown.refused else "",
        ]
        return "\n\n".join(filter(None, parts))

    def text(self, answer: str, parent: Candidate) -> str:
        """Return the new program; see `Proposer.text`."""
        if self._diff:
            after = apply(parent.program, read(answer))
        else:
            nested = not self._fence or FENCE in parent.program
            block = extract_text(answer, self._fence, nested=nested)
            if block is None:
                raise ValueError("it has no block of ```")
            after = filled(parent.program, block + "\n" if _ends_a_line(parent, block) else block)
        return unchanged_around(parent.program, after)

    def to_beat(self, shown: Shown) -> Candidate:
        """Return what is to be improved; see `Proposer.to_beat`."""
        return shown.parent

    def _quoted(self, candidate: Candidate, chars: int) -> str:
        evaluation = candidate.evaluation
        metrics = ", ".join(f"{name} {value:g}" for name, value in evaluation.metrics.items())
        parts = [standing(candidate) + (f" ({metrics})" if len(evaluation.metrics) > 1 else "")]
        parts += [
            f"{name}: {cut(text, min(LONGEST_WORDS, chars // 4))}"
            for name, text in evaluation.words.items()
        ]
        text = cut(candidate.program, chars)
        fence = fence_around(text)
        return "\n".join([*parts, f"{fence}{self._fence}\n{text}\n{fence}"])


def standing(candidate: Candidate) -> str:
    """Say what a candidate is worth."""
    if candidate.score is None:
        return f"It has no score: {candidate.evaluation.problem}"
    return f"Its score is {candidate.score:.10g}."


def _ends_a_line(parent: Candidate, block: str) -> bool:
    """Tell whether a program that a block replaces as a whole ended with a line's end."""
    whole = frame(parent.program) is None or frame(block) is not None
    return whole and parent.program.endswith("\n")
