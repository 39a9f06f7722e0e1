"""What a launcher may have loaded: programs are copies of it then, and no Python of their own.

It has a script of ours and installed packages, and never anything of a stranger's. Whoever writes
an evaluator or a program meets a copy, which ends with its run.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
import time
import traceback
from contextlib import suppress
from importlib import import_module
from importlib.machinery import SourceFileLoader
from types import ModuleType
from typing import Any, NoReturn


class Mould:
    """A script whose ``main`` is what programs are; it takes the descriptor for their result.

    Args:
        config: The ``script``, the ``modules`` to have imported and the folder (``path``) where
            they are, the ``environment``, and the ``executable`` that is this Python in the jail.
        own: Modules of whoever starts programs.
    """

    def __init__(self, config: dict[str, Any], own: list[str]) -> None:
        self.config, self.own = config, own
        self.script = ModuleType("__main__")
        SourceFileLoader("__main__", config["script"]).exec_module(self.script)

    def load(self) -> None:
        """Import what there is of the modules, where nothing else can be read any more."""
        os.environ.clear()
        os.environ.update(self.config["environment"])
        time.tzset()
        sys.path[:] = [each for each in sys.path if os.path.isdir(each)] + [self.config["path"]]
        sys.executable = self.config["executable"]
        for name in self.config["modules"]:
            with suppress(BaseException):  # the program finds out again, and says why
                import_module(name)
        gc.collect()
        gc.freeze()

    def live(self, arguments: list[str], result: int) -> NoReturn:
        """Be a program, to the end of this process.

        Args:
            arguments: Its name, and what it is given.
            result: A descriptor that takes its result.
        """
        status = 1
        try:
            signal.signal(signal.SIGPIPE, signal.SIG_IGN)
            signal.signal(signal.SIGINT, signal.default_int_handler)
            sys.argv = arguments
            for name in self.own:
                sys.modules.pop(name, None)
            sys.modules["__main__"] = self.script
            forget_chance()
            self.script.main(result)
            status = 0
        except BaseException:
            traceback.print_exc()
        finally:
            for stream in (sys.stdout, sys.stderr):
                with suppress(Exception):
                    stream.flush()
            os._exit(status)


def forget_chance() -> None:
    """Have generators that were seeded when they were imported be seeded anew, as Python's own."""
    if numbers := sys.modules.get("numpy.random"):
        numbers.seed()
