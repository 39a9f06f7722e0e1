import json
import sys
from importlib.metadata import PackageNotFoundError

import pytest

from sandbox import extras

PIP = f"{sys.executable} -m pip install"


class Installed:
    """What is known of an installed distribution."""

    def __init__(self, origin: str | None, requires: tuple[str, ...] = ()) -> None:
        self._origin = origin
        self.requires = requires

    def read_text(self, name: str) -> str | None:
        return self._origin if name == "direct_url.json" else None


def advice(monkeypatch: pytest.MonkeyPatch, origin: str | None) -> str:
    monkeypatch.setattr(extras, "distribution", lambda name: Installed(origin))
    extras.pip_install.cache_clear()
    words = extras.pip_install("rl")
    extras.pip_install.cache_clear()
    return words


def test_from_the_index(monkeypatch: pytest.MonkeyPatch) -> None:
    assert advice(monkeypatch, None) == f"{PIP} 'autoagent-runtime[rl]'"


def test_from_a_folder_that_is_not_installed_in_place(monkeypatch: pytest.MonkeyPatch) -> None:
    origin = json.dumps({"url": "file:///home/me/autoagent", "dir_info": {}})
    assert (
        advice(monkeypatch, origin) == f"{PIP} 'autoagent-runtime[rl] @ file:///home/me/autoagent'"
    )


def test_from_a_repository(monkeypatch: pytest.MonkeyPatch) -> None:
    vcs = {"vcs": "git", "commit_id": "c0ffee"}
    origin = json.dumps({"url": "https://example.org/autoagent.git", "vcs_info": vcs})
    asked = "autoagent-runtime[rl] @ git+https://example.org/autoagent.git@c0ffee"
    assert advice(monkeypatch, origin) == f"{PIP} '{asked}'"


def test_from_a_clone(monkeypatch: pytest.MonkeyPatch) -> None:
    origin = json.dumps({"url": "file:///home/me/my%20own", "dir_info": {"editable": True}})
    assert advice(monkeypatch, origin) == (
        f"{PIP} -c '/home/me/my own/constraints.txt' -e '/home/me/my own[rl]'"
    )


def test_where_nothing_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(extras, "distribution", missing)
    extras.pip_install.cache_clear()
    assert extras.pip_install("rl") == f"{PIP} 'autoagent-runtime[rl]'"
    extras.pip_install.cache_clear()


def test_what_extras_bring(monkeypatch: pytest.MonkeyPatch) -> None:
    requires = (
        "rich>=14",
        "pyseccomp>=0.1; sys_platform == 'linux'",
        "torch>=2.8; extra == 'all'",
        "atheris>=3; (python_version < '3.12') and extra == 'all'",
        "torch>=2.8; extra == 'rl'",
        "llama-cpp-python[server]>=0.3; extra == 'rl'",
    )
    monkeypatch.setattr(extras, "distribution", lambda name: Installed(None, requires))
    extras.brought_by.cache_clear()
    brought = extras.brought_by()
    assert brought == {"": ["rich"], "all": ["torch"], "rl": ["torch", "llama-cpp-python"]}
    assert extras.extra_with("torch") == "rl"
    assert extras.extra_with("rich") is extras.extra_with("no_such") is None
    extras.brought_by.cache_clear()


def test_every_extra_of_ours_is_known() -> None:
    assert {"local", "genetic", "rl", "elm", "coder", "view", "mcp"} <= set(extras.brought_by())
