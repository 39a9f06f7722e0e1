"""The command line. Thin: parse, wire, show."""

import io
import os
import signal
import sys
from typing import Any

INTERRUPTED = 130
BAD_OUTPUT = 2
NOBODY_READS = 1
OUTPUT = "standard output"

__all__ = ["main"]


class _Output(io.TextIOWrapper):
    """Standard output, whose errors say that they are its own."""

    def write(self, text: str, /) -> int:
        try:
            return super().write(text)
        except OSError as error:
            error.filename = OUTPUT
            raise

    def flush(self) -> None:
        try:
            super().flush()
        except OSError as error:
            error.filename = OUTPUT
            raise


def main() -> None:
    """Entry point of the `autoagent` command."""
    try:
        _interrupt_with(signal.default_int_handler)
        if sys.stdin is None:  # closed, which is no input
            sys.stdin = open(os.devnull)  # noqa: SIM115
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):  # what its encoding lacks is escaped
                stream.reconfigure(errors="backslashreplace")
        if type(sys.stdout) is io.TextIOWrapper:
            sys.stdout = _named(sys.stdout)
        # Threads that spin while they wait would take the processors from those behind the wall.
        os.environ.setdefault("OMP_WAIT_POLICY", "passive")
        # Imported here, so that Ctrl-C meanwhile is an interruption like any other.
        from autoagent.cli.app import app

        try:
            app()
        finally:
            if sys.stdout is not None:
                sys.stdout.flush()
    except KeyboardInterrupt:
        raise SystemExit(INTERRUPTED) from None
    except BrokenPipeError:
        _discard_output()
        raise SystemExit(NOBODY_READS) from None
    except OSError as error:
        told = str(error)
        if error.filename == OUTPUT:
            told = f"{OUTPUT} cannot be written ({error.strerror}); send it where there is room"
            _discard_output()
        print(f"error: {'; '.join([told, *getattr(error, '__notes__', ())])}", file=sys.stderr)
        raise SystemExit(BAD_OUTPUT) from None
    finally:
        _interrupt_with(signal.SIG_DFL)  # Python would tell of where in its own end it was


def _interrupt_with(handler: Any) -> None:
    """Say what Ctrl-C does, unless whoever started this wants it to do nothing."""
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
        signal.signal(signal.SIGINT, handler)


def _named(stream: io.TextIOWrapper) -> _Output:
    """Return a stream in place of one, which is of no use afterwards."""
    same = {"encoding": stream.encoding, "errors": stream.errors, "newline": None}
    buffering = {"line_buffering": stream.line_buffering, "write_through": stream.write_through}
    return _Output(stream.detach(), **same, **buffering)  # type: ignore[arg-type]


def _discard_output() -> None:
    """Have what is left to be written go nowhere, at the end of the program, too."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
