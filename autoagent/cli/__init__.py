"""The command line. Thin: parse, wire, show."""

import io
import os
import sys

INTERRUPTED = 130
BAD_OUTPUT = 2

__all__ = ["main"]


def main() -> None:
    """Entry point of the `autoagent` command."""
    try:
        if sys.stdin is None:  # closed, which is no input
            sys.stdin = open(os.devnull)  # noqa: SIM115
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):  # what its encoding lacks is escaped
                stream.reconfigure(errors="backslashreplace")
        # Threads that spin while they wait would take the processors from those behind the wall.
        os.environ.setdefault("OMP_WAIT_POLICY", "passive")
        # Imported here, so that Ctrl-C meanwhile is an interruption like any other.
        from autoagent.cli.app import app

        app()
    except KeyboardInterrupt:
        raise SystemExit(INTERRUPTED) from None
    except OSError as error:  # such as a standard output without space
        print(f"error: {error}", file=sys.stderr)
        raise SystemExit(BAD_OUTPUT) from None
