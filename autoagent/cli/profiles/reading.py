"""Reads the files of settings: a user's own, and one in the current folder."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import platformdirs

from autoagent import toml
from autoagent.cli.profiles.trusted import is_trusted
from autoagent.files import read_whole

FOLDERS_FILE = Path("autoagent.toml")
USERS_FILE = "AUTOAGENT_CONFIG"
"""The variable that names another file in place of the user's own."""
LARGEST = 1 << 16


@dataclass(frozen=True, slots=True)
class Setting:
    """A value, and where it comes from.

    Attributes:
        value: What a key is set to.
        origin: The file, and the profile in it.
        read: Whether it counts; in the file of a folder that is not trusted, not all does.
        own: Whether a file that the user trusts sets it, or sets a budget that it lowers.
    """

    value: Any
    origin: str
    read: bool = True
    own: bool = True


def users_file() -> Path:
    """Return where the user's own file is."""
    named = os.environ.get(USERS_FILE)
    return Path(named) if named else platformdirs.user_config_path("autoagent") / "config.toml"


def settings(profile: str | None) -> dict[str, Setting]:
    """Return what is set by files, by key; a folder's come before the user's.

    Args:
        profile: The profile that is asked for; None means the one that the user's file names.

    Raises:
        ValueError: A file is wrong, or none has that profile; the message says which and why.
    """
    files = [path for path in (users_file(), FOLDERS_FILE) if path.exists()]
    texts = {path: read_text(path) for path in files}
    read = {path: parsed(path, text) for path, text in texts.items()}
    if "profile" in read.get(FOLDERS_FILE, {}):
        raise ValueError(f"{FOLDERS_FILE}: a folder chooses no profile; your own file does")
    if profile is None:
        profile = read.get(users_file(), {}).get("profile")
    known = sorted({name for data in read.values() for name in data.get("profiles", {})})
    if profile is not None and profile not in known:
        told = ", ".join(known) or "none"
        where = " or ".join(map(str, (users_file(), FOLDERS_FILE)))
        raise ValueError(f"--profile {profile}: known are {told}; [profiles.NAME] in {where}")
    found: dict[str, Setting] = {}
    for path, data in read.items():
        trusted = path != FOLDERS_FILE or is_trusted(path, texts[path])
        chosen = data.get("profiles", {}).get(profile, {})
        for keys, origin in ((data, str(path)), (chosen, f"{path}, profile {profile}")):
            _take(found, keys, origin, trusted)
    return found


def _take(found: dict[str, Setting], keys: Mapping[str, Any], origin: str, trusted: bool) -> None:
    """Let keys replace what was found; those that do not count replace nothing.

    A stranger's budget does not count where it is above the user's own.
    """
    from autoagent.cli.profiles.keys import ALL, BUDGETS, FREE

    for name in ALL & keys.keys():
        known = found.get(name)
        raises = known is not None and name in BUDGETS and keys[name] > known.value
        if trusted or (name in FREE and not raises):
            own = trusted or (known is not None and known.own)
            found[name] = Setting(keys[name], origin, own=own)
        elif name not in found:
            found[name] = Setting(keys[name], origin, read=False, own=False)


def read_text(path: Path) -> str:
    """Return what is in a file.

    Raises:
        ValueError: It cannot be read.
    """
    try:
        return read_whole(path, LARGEST).decode()
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise ValueError(f"{path} is not UTF-8 (byte {error.start}); save it as UTF-8") from None


def parsed(path: Path, text: str) -> dict[str, Any]:
    """Return what a file sets, each key as options are called in Python.

    Raises:
        ValueError: It is no TOML, or a key or a value is wrong; the message says where.
    """
    # Imported here: most commands have no file to read, and need not wait for it.
    from pydantic import TypeAdapter, ValidationError

    from autoagent.cli.profiles.keys import File

    try:
        data = _named(toml.parsed(text))
    except ValueError as error:
        raise ValueError(f"{path} is no TOML: {error}") from None
    try:
        TypeAdapter(File).validate_python(data)
    except ValidationError as error:
        raise ValueError(_told(path, text, error.errors()[0])) from None
    return data


def _named(table: dict[str, Any]) -> dict[str, Any]:
    """Return a table with keys as options are called in Python; names of profiles stay."""
    named = {key.replace("-", "_"): value for key, value in table.items()}
    profiles = named.get("profiles")
    if isinstance(profiles, dict):
        named["profiles"] = {
            name: _named(keys) if isinstance(keys, dict) else keys
            for name, keys in profiles.items()
        }
    return named


def option_name(key: str) -> str:
    """Return a key as people know it, like the option that it sets."""
    return key.replace("_", "-")


def _told(path: Path, text: str, error: Mapping[str, Any]) -> str:
    """Return what is wrong with a file, where, and what is allowed."""
    from autoagent.cli.profiles.keys import ALL

    *above, found = map(str, error["loc"])
    key = option_name(found)
    line = _line(text, above, found)
    where = f"{path}, line {line}" if line else str(path)
    if error["type"] == "extra_forbidden":
        if found == "api_key":
            return f"{where}: keys stay in the environment: OPENAI_API_KEY"
        return f"{where}: no key {key!r}; allowed are {', '.join(sorted(map(option_name, ALL)))}"
    return f"{where}: {key} = {error['input']!r:.60}: {error['msg']}"


def _line(text: str, above: list[str], key: str) -> int | None:
    """Return the number of the line that sets a key, below the heading of its profile."""
    lines = text.replace("-", "_").splitlines()
    start = 0
    if above:
        name = re.escape(above[-1].replace("-", "_"))
        heads = (number for number, line in enumerate(lines) if re.match(rf"\[.*{name}", line))
        start = next(heads, 0)
    setting = re.compile(rf"\s*\[?[\w.\"']*\b{re.escape(key)}\b")
    return next((n for n, line in enumerate(lines[start:], start + 1) if setting.match(line)), None)
