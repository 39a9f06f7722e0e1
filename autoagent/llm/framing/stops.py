"""The text of an answer as it grows, ended by the first stop text."""

from collections.abc import Callable, Sequence


class GrowingText:
    """Collects pieces of text, and passes on what cannot belong to a stop text.

    Args:
        stop: Texts that end the answer; they are not part of it.
        on_text: Called with each piece that is certain.
        opening: What the text starts with; no stop text is looked for in it.
    """

    def __init__(
        self,
        *,
        stop: Sequence[str],
        on_text: Callable[[str], None] | None,
        opening: str = "",
    ) -> None:
        self.text = opening
        self._floor = len(opening)
        self._stop = [text for text in stop if text]
        self._on_text = on_text
        self._held = max((len(text) for text in self._stop), default=1) - 1
        self._shown = 0

    def add(self, piece: str) -> bool:
        """Add a piece, and tell whether a stop text has ended the answer."""
        start = max(len(self.text) - self._held, self._floor)
        self.text += piece
        found = [at for text in self._stop if (at := self.text.find(text, start)) >= 0]
        if found:
            self.text = self.text[: min(found)]
            self._show(len(self.text))
            return True
        self._show(len(self.text) - self._held)
        return False

    def end(self, closing: str = "") -> str:
        """Pass on what was held back, and return the whole text with a closing."""
        self.text += closing
        self._show(len(self.text))
        return self.text

    def _show(self, until: int) -> None:
        if until > self._shown:
            if self._on_text is not None:
                self._on_text(self.text[self._shown : until])
            self._shown = until
