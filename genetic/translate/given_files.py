"""Files of a folder that programs and models may see: what is read of it, and how much."""

from __future__ import annotations

from pathlib import Path

from autoagent.files import read_whole

MOST_FILES = 1_000
MOST_BYTES = 1 << 24
"""Of one file."""


def files_of(folder: Path, suffix: str = "") -> dict[str, bytes]:
    """Return what the files of a folder hold, by name and in the order of their names.

    Files whose names begin with a dot are none of them.

    Args:
        folder: The folder.
        suffix: What the names end with.

    Raises:
        ValueError: It is no folder, holds too much, or a link that leads out of it; or a file of it
            cannot be read.
    """
    if not folder.is_dir():
        raise ValueError(f"{folder} is no folder; give one that is")
    files = sorted(
        path
        for path in folder.iterdir()
        if path.is_file() and not path.name.startswith(".") and path.name.endswith(suffix)
    )
    if len(files) > MOST_FILES:
        raise ValueError(f"{folder} holds {len(files)} files; {MOST_FILES} are the most")
    home = folder.resolve()
    for path in files:
        if not path.resolve().is_relative_to(home):
            raise ValueError(
                f"{path} is a link that leads out of its folder, to {path.resolve()}; put a copy "
                "there if programs and models may see it"
            )
    return {path.name: _read(path) for path in files}


def _read(path: Path) -> bytes:
    try:
        return read_whole(path, MOST_BYTES)
    except OSError as error:
        raise ValueError(
            f"{path} cannot be read: {error.strerror}; give a file that can be"
        ) from None
