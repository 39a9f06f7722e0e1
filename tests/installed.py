"""Packages that are installed for a test: a folder of metadata and modules, on Python's path."""

from __future__ import annotations

import os
import shutil
import tomllib
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


def install_project(folder: Path, project: Path) -> None:
    """Install a project's packages with the entry points that its pyproject.toml names."""
    told = tomllib.loads((project / "pyproject.toml").read_text())
    install(folder, told["project"]["name"].replace("-", "_"), told["project"]["entry-points"])
    for package in told["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]:
        shutil.copytree(project / package, folder / package)


def environment(folder: Path) -> dict[str, str]:
    """Return the variables with which a program finds what is installed there."""
    path = [str(folder), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(path)}
