"""Packages that are installed for a test: a folder of metadata and modules, on Python's path."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path


def install(
    folder: Path, name: str, points: Mapping[str, Mapping[str, str]], **modules: str
) -> None:
    """Install a package with entry points, by group and name, and modules."""
    metadata = folder / f"{name}-1.0.dist-info"
    metadata.mkdir(parents=True)
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    text = ""
    for group, named in points.items():
        lines = (f"{each} = {value}\n" for each, value in named.items())
        text += f"[{group}]\n{''.join(lines)}\n"
    (metadata / "entry_points.txt").write_text(text)
    for module, source in modules.items():
        (folder / f"{module}.py").write_text(source)


def environment(folder: Path) -> dict[str, str]:
    """Return the variables with which a program finds what is installed there."""
    path = [str(folder), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(path)}
