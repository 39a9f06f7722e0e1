"""What code leaves behind while it runs: what it prints, and the names it binds."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

from sandbox.library import Namespace


class Recorder(io.TextIOBase):
    """Standard output of the organism: kept for the host, bounded."""

    def __init__(self, limit: int, flood: Callable[[], None]) -> None:
        self.limit = limit
        self.flood = flood
        self.parts: list[str] = []
        self.length = 0

    def writable(self) -> bool:
        """Tell `print` that it may."""
        return True

    def write(self, text: str) -> int:
        """Keep `text`; past the limit the world ends."""
        text = str(text)
        self.length += len(text)
        if self.length > self.limit:
            self.flood()
        self.parts.append(text)
        return len(text)

    def take(self) -> str:
        """Return what was written since the last call."""
        text = "".join(self.parts)
        self.parts.clear()
        self.length = 0
        return text


class Names(dict[str, Any]):
    """Where top-level code stores its names.

    A name lands in the organism's namespace, and a function whose first parameter is ``self``
    becomes a method in the same moment. Reading falls through to the namespace by itself, since
    this mapping stays empty.
    """

    def __init__(self, namespace: Namespace, adopt: Callable[[str, object], None]) -> None:
        super().__init__()
        self.namespace = namespace
        self.adopt = adopt

    def __setitem__(self, name: str, value: object) -> None:
        """Bind a name."""
        self.namespace[name] = value
        self.adopt(name, value)

    def __delitem__(self, name: str) -> None:
        """Unbind a name."""
        del self.namespace[name]
