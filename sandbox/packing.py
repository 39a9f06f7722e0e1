"""Write a guest's modules and packages to a folder: what every build of a guest begins with."""

from __future__ import annotations

import shutil
from importlib.util import find_spec
from pathlib import Path

from sandbox.session import Guest, SandboxError


def unpack(guest: Guest, folder: Path) -> None:
    """Lay out a guest so that a Python with `folder` on its path can import all it carries.

    Raises:
        SandboxError: A package that it carries is not installed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in guest.modules.items():
        file = folder.joinpath(*name.split(".")).with_suffix(".py")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    for package in guest.packages:
        _copy_package(package, folder)


def _copy_package(name: str, folder: Path) -> None:
    spec = find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise SandboxError(f"package {name!r} is missing; install it with: pip install {name}")
    skipped = shutil.ignore_patterns("__pycache__", "tests")
    shutil.copytree(spec.submodule_search_locations[0], folder / name, ignore=skipped)
