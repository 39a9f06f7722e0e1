"""An answer as it is sampled: token by token, and as text."""

from __future__ import annotations

from collections.abc import Callable

from autoagent.llm.causal.template import Template
from autoagent.llm.constrained import Held
from autoagent.llm.framing.frame import Frame
from autoagent.llm.framing.stops import GrowingText

HALF = "\N{REPLACEMENT CHARACTER}"
"""What stands for a character of which not all bytes are there yet."""


class Answering:
    """Takes the tokens of one answer, and tells when it has ended.

    A turn ends with the token that ends turns, or with the token in which a stop text or the
    frame's closing is complete; that token is the answer's last. Otherwise the cap cuts it.

    Args:
        template: Of the model.
        frame: What the answer looks like.
        max_tokens: It is cut after so many tokens.
        on_text: Called with each piece of text that is certain.
        held: What it is held to, if it is.

    Attributes:
        tokens: What was sampled.
        log_probs: Natural log-probability of each token when it was sampled.
        held: What it is held to, or None.
        ended: Whether it is over.
        cut: Whether that is because of the cap.
    """

    def __init__(
        self,
        template: Template,
        frame: Frame,
        max_tokens: int,
        *,
        on_text: Callable[[str], None] | None = None,
        held: Held | None = None,
    ) -> None:
        self.held = held
        self.tokens: list[int] = []
        self.log_probs: list[float] = []
        self.ended = self.cut = False
        self._template = template
        self._frame = frame
        self._max_tokens = max_tokens
        self._growing = GrowingText(stop=frame.closing, on_text=on_text, opening=frame.opening)
        self._said = 0

    def add(self, token: int, log_prob: float) -> None:
        """Take a sampled token."""
        self.tokens.append(token)
        self.log_probs.append(log_prob)
        if token in self._template.ends:
            self.ended = True
            return
        if self.held is not None:
            self.held.take(token)
        text = self._template.decode(self.tokens)
        stopped = False
        if not text.endswith(HALF):
            stopped = self._growing.add(text[self._said :])
            self._said = len(text)
        if not stopped and len(self.tokens) == self._max_tokens:
            self._growing.add(text[self._said :])
            self.cut = True
        self.ended = stopped or self.cut

    def text(self) -> str:
        """Return the whole answer with its opening and, unless it was cut, its closing."""
        return self._growing.end("" if self.cut else self._frame.rest(self._growing.text))
