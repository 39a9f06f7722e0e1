"""How to install what an optional part needs, in words that work where this program runs."""

from __future__ import annotations

import json
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution
from urllib.parse import unquote, urlsplit

DISTRIBUTION = "autoagent-runtime"
"""What the index knows this program by; what is imported, and the command, is `autoagent`."""


@cache
def pip_install(extra: str) -> str:
    """Return the command that installs the packages of an extra.

    Where the program runs from a clone that was installed in place, that is the clone's own line.
    """
    folder = clone()
    return (
        f"pip install '{DISTRIBUTION}[{extra}]'"
        if folder is None
        else (f"pip install -e '{folder}[{extra}]'")
    )


def clone() -> str | None:
    """Return the folder that is installed in place, if one is (`direct_url.json`, PEP 610)."""
    try:
        text = distribution(DISTRIBUTION).read_text("direct_url.json")
    except PackageNotFoundError:
        return None
    origin = json.loads(text or "{}")
    editable = origin.get("dir_info", {}).get("editable", False)
    return unquote(urlsplit(origin["url"]).path) if editable else None
