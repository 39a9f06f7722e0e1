"""What entered an organism, fed to it again in its order: so a life is lived again."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from autoagent.journal import Data, JournalError

LONGEST_QUOTED = 200


class DivergedError(JournalError):
    """A life that is lived again asks for something else than it did."""

    def __init__(self, then: str, now: str) -> None:
        then, now = (text[:LONGEST_QUOTED] for text in (then, now))
        super().__init__(
            f"the life goes another way than recorded: then it asked for {then}, now for {now}; "
            "roll back to an earlier step with `autoagent rollback`"
        )
        self.then = then
        self.now = now


class Tape:
    """What entered an organism, kind and data of each, in order.

    Args:
        entered: What entered.
        complete: Whether that is all: nothing else may then be asked for.
    """

    def __init__(self, entered: Iterable[tuple[str, Data]] = (), *, complete: bool = False) -> None:
        self.complete = complete
        self._left = deque(entered)

    def __bool__(self) -> bool:
        """Tell whether something is left on it."""
        return bool(self._left)

    def answers(self) -> list[str]:
        """Return the answers that are left on it."""
        return [data["text"] for kind, data in self._left if kind == "reply"]

    def add(self, kind: str, data: Data) -> None:
        """Put what entered next at its end."""
        self._left.append((kind, data))

    def recall(self, kind: str, asked: Data) -> Data | None:
        """Return what entered next, or None where the tape ends before the life does.

        Raises:
            DivergedError: The organism asks for something else than it did then.
        """
        if not self._left:
            if self.complete:
                raise DivergedError("nothing more", _shown(kind, asked))
            return None
        then, data = self._left[0]
        if then != kind or {name: data.get(name) for name in asked} != asked:
            raise DivergedError(_shown(then, data), _shown(kind, asked))
        self._left.popleft()
        return data

    def require_empty(self) -> None:
        """Raise `DivergedError` if something was not asked for."""
        if self._left:
            raise DivergedError(_shown(*self._left[0]), "nothing")


def _shown(kind: str, data: Data) -> str:
    """Return what entered, in words."""
    told = ", ".join(f"{name}={value!r}" for name, value in data.items() if name != "now")
    return f"{kind} {told}"
