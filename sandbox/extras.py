"""How to install what an optional part needs, in words that work where this program runs."""

from __future__ import annotations

import json
import sys
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution
from shlex import quote
from typing import Any
from urllib.parse import unquote, urlsplit

DISTRIBUTION = "autoagent-runtime"
"""What the index knows this program by; what is imported, and the command, is `autoagent`."""


@cache
def pip_install(extra: str) -> str:
    """Return the command that installs the packages of an extra, for the Python that runs this.

    From a clone it takes the clone, with the versions that are tested; from elsewhere,
    whatever this was installed from.
    """
    pip = f"{quote(sys.executable)} -m pip install"
    folder = clone()
    if folder is not None:
        return f"{pip} -c {quote(folder + '/constraints.txt')} -e {quote(f'{folder}[{extra}]')}"
    url, vcs = _origin().get("url"), _origin().get("vcs_info")
    if vcs:
        url = f"{vcs['vcs']}+{url}@{vcs['commit_id']}"
    return f"{pip} {quote(f'{DISTRIBUTION}[{extra}]' + (f' @ {url}' if url else ''))}"


def clone() -> str | None:
    """Return the folder that is installed in place, if one is (`direct_url.json`, PEP 610)."""
    origin = _origin()
    editable = origin.get("dir_info", {}).get("editable", False)
    return unquote(urlsplit(origin["url"]).path) if editable else None


def _origin() -> dict[str, Any]:
    try:
        text = distribution(DISTRIBUTION).read_text("direct_url.json")
    except PackageNotFoundError:
        return {}
    origin: dict[str, Any] = json.loads(text or "{}")
    return origin
