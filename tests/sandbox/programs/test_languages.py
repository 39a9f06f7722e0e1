import re
from pathlib import Path

import pytest

from sandbox.extras import pip_install
from sandbox.programs import CompileError, open_source, open_target
from sandbox.programs.compilers import open_compiler
from sandbox.session import SandboxError


def test_an_unknown_language_names_the_known_ones() -> None:
    with pytest.raises(
        ValueError, match="unknown target language 'cobol'; known: c, c-native, python"
    ):
        open_target("cobol")
    with pytest.raises(
        ValueError,
        match="unknown source language 'c'; known: javascript, javascript-module, python",
    ):
        open_source("c")


def test_a_missing_compiler_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sandbox.programs.compilers.jailed.find_spec", lambda name: None)
    monkeypatch.setattr("sandbox.programs.compilers.jailed.clang", lambda: None)
    monkeypatch.setattr("sandbox.programs.compilers.clang", lambda: None)
    monkeypatch.setattr("sandbox.programs.compilers.find_spec", lambda name: None)
    for name in ("", "zig", "clang"):
        with pytest.raises(SandboxError, match=re.escape(pip_install("genetic"))):
            open_compiler(print, name)
    with pytest.raises(SandboxError, match=re.escape(pip_install("docker"))):
        open_compiler(print)


@pytest.mark.parametrize("choice", ["gcc", "zig:1", ":image", "Docker"])
def test_an_unknown_compiler_names_the_known_ones(
    monkeypatch: pytest.MonkeyPatch, choice: str
) -> None:
    monkeypatch.setenv("AUTOAGENT_C_COMPILER", choice)
    with pytest.raises(SandboxError, match=f"={choice} names no .* zig, clang, docker, docker:IM"):
        open_target("c")


def test_the_length_of_an_error_is_in_characters() -> None:
    assert CompileError("äö").length == 2


def test_a_home_that_cannot_be_written_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    with pytest.raises(SandboxError, match="XDG_CACHE_HOME"):
        open_target("c").compile("")
    with pytest.raises(SandboxError, match="XDG_CACHE_HOME"):
        open_source("python")
