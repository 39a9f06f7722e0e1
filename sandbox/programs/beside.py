"""Files that lie beside an evaluator, where it and programs can read them and nobody can write."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from sandbox.programs.inside.evaluation import EVALUATOR

MOST_BYTES = 1 << 22
"""Of all files together: they are written down with the run."""
MOST_FILES = 200


def read_beside(given: Sequence[Path]) -> dict[str, bytes]:
    """Return what files hold, and those in folders, by the name that each is to have.

    Raises:
        ValueError: One is no file or folder, or a link in a folder, or cannot be read; or they are
            too many or too large together, or two have one name. The message says which.
    """
    found: dict[str, bytes] = {}
    room = MOST_BYTES
    for name, path in _named(given):
        if name in found:
            raise ValueError(f"two are called {name}; give one of them another name")
        try:
            with path.open("rb") as file:
                found[name] = file.read(room + 1)
        except OSError as error:
            raise ValueError(f"{path} cannot be read: {error.strerror}") from None
        room -= len(found[name])
        if room < 0:
            raise ValueError(
                f"with {path} they have more than {MOST_BYTES:,} bytes together; give fewer, or "
                "only a part of them"
            )
    check_beside(found)
    return found


def check_beside(files: Mapping[str, bytes]) -> None:
    """Refuse files that could lie nowhere, or in the way of others.

    Raises:
        ValueError: They do; the message says which.
    """
    if len(files) > MOST_FILES:
        raise ValueError(f"there may be {MOST_FILES} files, not {len(files)}")
    if sum(map(len, files.values())) > MOST_BYTES:
        raise ValueError(f"they have more than {MOST_BYTES:,} bytes together")
    for name in files:
        path = PurePosixPath(name)
        is_plain = name.isprintable() and len(name) <= 200 and str(path) == name and path.parts
        if not is_plain or path.is_absolute() or ".." in path.parts:
            raise ValueError(f"{name[:200]!r} is no name of a file beside an evaluator")
        if path.parts[0] == EVALUATOR:
            raise ValueError(f"{name} is what the evaluator itself is called; give it another name")
        if path.suffix == ".py" and path.parts[0].partition(".")[0] in sys.stdlib_module_names:
            raise ValueError(
                f"{name} is called as a module of Python's own, which would be imported in its "
                "place; give it another name"
            )
        if any(str(folder) in files for folder in path.parents):
            raise ValueError(f"{name} lies in what is a file itself")


class Folder:
    """A folder on the host with an evaluator and what lies beside it.

    Other users of this machine cannot reach it; users in the jail, who are others, can read it.

    Args:
        source: The evaluator's Python.
        files: What lies beside it, by name.
    """

    def __init__(self, source: bytes, files: Mapping[str, bytes]) -> None:
        self._private = TemporaryDirectory(prefix="autoagent-")
        self.path = Path(self._private.name, "beside")
        for name, data in {EVALUATOR: source, **files}.items():
            place = self.path / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(data)
        for root, _, names in os.walk(self.path):  # whatever the mask of this process is
            os.chmod(root, 0o755)
            for name in names:
                os.chmod(Path(root, name), 0o644)

    def close(self) -> None:
        """Remove it."""
        self._private.cleanup()


def _named(given: Sequence[Path]) -> Iterator[tuple[str, Path]]:
    """Yield each file with the name that it is to have: in a folder, one that begins with its."""
    count = 0
    for path in given:
        for each in _inside(path) if path.is_dir() else [path]:
            if not each.is_file():
                raise ValueError(f"{each} is no file; name one, or a folder of files")
            count += 1
            if count > MOST_FILES:
                raise ValueError(f"there may be {MOST_FILES} files; {path} makes them more")
            own = path.name if path.name not in ("", "..") else path.resolve().name
            yield str(PurePosixPath(own, *each.relative_to(path).parts)), each


def _inside(folder: Path) -> Iterator[Path]:
    """Yield the files in a folder, and those below it, but for hidden ones and Python's own.

    A file that is hidden may hold what no program is to see, a key, say: it is named, or left out.
    """
    for root, folders, names in os.walk(folder):
        folders[:] = sorted(each for each in folders if each[0] != "." and each != "__pycache__")
        for name in (*folders, *sorted(each for each in names if each[0] != ".")):
            place = Path(root, name)
            if place.is_symlink():
                raise ValueError(f"{place} is a link; give the file itself")
            if not place.is_dir():
                yield place
