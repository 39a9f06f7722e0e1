"""Imports what is needed later, while something else is waited for.

Some libraries take most of a second to import. A command that needs one at its end, or not before
a process has started, need not wait for it then.
"""

from __future__ import annotations

import threading
from contextlib import suppress
from importlib import import_module


def ahead(module: str) -> None:
    """Begin to import a module; whoever imports it meanwhile waits for the rest.

    What is wrong with it is found by whoever imports it.
    """
    threading.Thread(target=_imported, args=(module,), daemon=True).start()


def _imported(module: str) -> None:
    with suppress(Exception):
        import_module(module)
