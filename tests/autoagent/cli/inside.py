"""Commands within this process, which has imported already what takes seconds."""

import signal
from pathlib import Path

from click.testing import Result
from typer.testing import CliRunner

from autoagent.cli.app import app


def inside(*arguments: str | Path) -> Result:
    """Run a command; signals are handled afterwards as before."""
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        done = CliRunner().invoke(app, [str(each) for each in arguments])
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done
