"""Where printing goes, as the code that prints may see it."""

from collections.abc import Callable
from typing import Any


class Output:
    """A stream that sends text to where it was redirected to, at last to the host.

    Whoever gets hold of it may look into it, so all that it knows is in closures.

    Args:
        write: Takes what is printed.

    Attributes:
        errors: A stream to the same place, which is redirected by itself.
    """

    __slots__ = ("errors", "flush", "redirect", "write")
    __module__ = "io"  # whoever has it need not learn where it is from

    errors: "Output"

    def __init__(self, write: Callable[[str], object], *, twin: bool = False) -> None:
        writes = [write]

        def to_last(text: str) -> int:
            writes[-1](text)
            return len(text)

        class redirect_stdout:  # noqa: N801 - it stands in for that of contextlib
            """Send what is printed to another stream for the length of a block."""

            __module__ = "contextlib"
            __qualname__ = "redirect_stdout"

            def __init__(self, new_target: Any) -> None:
                self._new_target = new_target

            def __enter__(self) -> Any:
                writes.append(self._new_target.write)
                return self._new_target

            def __exit__(self, *_: object) -> None:
                writes.pop()

        self.write = to_last
        self.flush = lambda: None
        self.redirect = redirect_stdout
        if not twin:
            self.errors = Output(write, twin=True)
            self.errors.redirect.__name__ = self.errors.redirect.__qualname__ = "redirect_stderr"
