"""The text of an answer as it grows, ended by a stop text."""

from collections.abc import Callable


class GrowingText:
    """Collects pieces of text, and passes on what cannot belong to the stop text.

    Args:
        on_text: Called with each piece that is certain.
        stop: Ends the answer, and is not part of it; nothing does, if it is empty.
        opening: What the text starts with; the stop text is not looked for in it.
    """

    def __init__(
        self, *, on_text: Callable[[str], None] | None, stop: str = "", opening: str = ""
    ) -> None:
        self.text = opening
        self._floor = len(opening)
        self._stop = stop
        self._on_text = on_text
        self._held = max(len(stop) - 1, 0)
        self._shown = 0

    def add(self, piece: str) -> bool:
        """Add a piece, and tell whether the stop text has ended the answer."""
        start = max(len(self.text) - self._held, self._floor)
        self.text += piece
        at = self.text.find(self._stop, start) if self._stop else -1
        if at >= 0:
            self.text = self.text[:at]
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
