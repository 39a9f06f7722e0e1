"""Frames: what stands around a query, and what its answer must look like."""

from dataclasses import dataclass

from autoagent.llm.framing.fence import FENCE

PYTHON_FENCE = f"{FENCE}python\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What stands around a query, and what the answer must look like.

    Attributes:
        system: What the model is told before the query; nothing where it is empty, or where the
            query is a conversation, which has its own.
        opening: The answer begins with it, where the backend can make it.
        closing: The answer ends with it, where the backend can make it.
        grammar: What the whole answer may be, in GBNF with the rule `root`. A backend that knows
            no grammars ignores it: whoever asks parses what comes.

    Raises:
        ValueError: There is a grammar, and an opening or a closing besides.
    """

    system: str
    opening: str = ""
    closing: str = ""
    grammar: str | None = None

    def __post_init__(self) -> None:
        if self.grammar is not None and (self.opening or self.closing):
            raise ValueError(
                f"a grammar holds the whole answer; put the opening {self.opening!r} and the "
                f"closing {self.closing!r} into it"
            )

    @property
    def code(self) -> str | None:
        """The Python that the answer opens with; None where it opens no block of Python."""
        opens = self.opening.startswith(PYTHON_FENCE) and self.closing == FENCE
        return self.opening.removeprefix(PYTHON_FENCE) if opens else None

    def as_dict(self) -> dict[str, str]:
        """Its texts by their names, as a line of examples for training holds them."""
        return {"system": self.system, "opening": self.opening, "closing": self.closing}

    def rest(self, text: str) -> str:
        """Return what an answer that has ended by itself lacks: its closing, on its own line."""
        if not self.closing:
            return ""
        return self.closing if text.endswith("\n") else "\n" + self.closing


def code_frame(language: str, fence: str) -> Frame:
    r"""Return the frame that asks for one block of code, and nothing else.

    Where the backend lets it, an answer is made to start with the opening and ends at the
    closing. For Python that gives what the grammar ``"```python\n" [^`]+ "```"`` gives, at twice
    its speed, and leaves the distribution of the sampled tokens as the model has it.

    Args:
        language: The language's name, for the model to read.
        fence: The word behind the block's first fence.
    """
    return Frame(
        system=(
            f"You write {language} code. Answer with one code block that starts with ```{fence} "
            "and ends with ```. Write nothing else."
        ),
        opening=f"```{fence}\n",
        closing="```",
    )


PYTHON = code_frame("Python 3", "python")
PROSE = Frame(system="You answer in plain words. Be brief: one to three sentences, and no code.")
TALK = Frame(system="")
"""Nothing but the query: for conversations, which say themselves what they want."""
