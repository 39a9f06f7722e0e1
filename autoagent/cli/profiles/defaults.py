"""Makes what files set the defaults of a command's options."""

from __future__ import annotations

import os
from typing import Any

from autoagent.cli.common import progress
from autoagent.cli.profiles.reading import FOLDERS_FILE, option_name, settings, users_file
from autoagent.printable import printable

TAKE_UP = ("resume", "rollback", "replay")
"""Commands that go on with a life as it began."""


def defaults(name: str, parameters: list[Any], profile: str | None) -> dict[str, Any]:
    """Return the defaults of a command's parameters that files set, by their names.

    Args:
        name: The whole name of the command.
        parameters: What it can be told.
        profile: The profile that is asked for.

    Raises:
        ValueError: A file is wrong, or none has that profile.
    """
    if profile is None and not users_file().exists() and not FOLDERS_FILE.exists():
        return {}
    from autoagent.cli.profiles.keys import FOR_MODELS, FOR_NEW_LIVES
    from autoagent.cli.profiles.strangers import keep_steps, most

    options = {_key(each): each for each in parameters}
    given = settings(profile)
    usual = most(options, given)
    found: dict[str, Any] = {}
    ignored = []
    for key, setting in given.items():
        option = options.get(key)
        foreign = key in FOR_MODELS and "base_url" not in options
        kept = key in FOR_NEW_LIVES and name in TAKE_UP
        told = key == "base_url" and os.environ.get("OPENAI_BASE_URL")
        if option is None or foreign or kept or told:
            continue
        raises = not setting.own and key in usual and setting.value > usual[key]
        if raises or not setting.read:
            ignored.append(option_name(key))
            continue
        several = getattr(option, "multiple", False)
        found[option.name] = [setting.value] if several else setting.value
    if ignored:
        progress(
            f"{FOLDERS_FILE} sets {printable(', '.join(sorted(ignored)))}, which is not read from "
            "a folder before `autoagent config trust`"
        )
    keep_steps(options, usual, found)
    return found


def _key(parameter: Any) -> str:
    """Return what a parameter is called in a file: like its long option."""
    longest = max(parameter.opts, key=len)
    return str(longest).lstrip("-").replace("-", "_")
