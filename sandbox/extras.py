"""How to install what an optional part needs, in words that work where this program runs."""

from __future__ import annotations

import json
import re
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


@cache
def brought_by() -> dict[str, list[str]]:
    """Return the packages that each extra brings, by its name; those of no extra are under ''.

    What an extra has for some platforms alone is left out.
    """
    brought: dict[str, list[str]] = {}
    for requirement in distribution(DISTRIBUTION).requires or ():
        package, _, marker = (part.strip() for part in requirement.partition(";"))
        extra = re.fullmatch(r"extra == ['\"]([\w-]+)['\"]", marker)
        name = re.match(r"[\w.-]+", package)
        if name is not None and (extra or not marker):
            brought.setdefault(extra[1] if extra else "", []).append(name[0])
    return brought


def extra_with(package: str | None) -> str | None:
    """Return the first extra, but for that of all, which brings a package, if one does."""
    found = (name for name, packages in brought_by().items() if package in packages)
    return next((name for name in found if name not in ("", "all")), None)


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
