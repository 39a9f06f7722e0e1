"""Files beside an evaluator: how they are read here, and what anybody in the jail can do there."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from sandbox.limits import Limits
from sandbox.programs import beside
from sandbox.programs.beside import check_beside, read_beside
from sandbox.programs.evaluator import Evaluator
from sandbox.session import SandboxError
from tests.walls import missing

READS = """
import os, subprocess, sys
from pathlib import Path
from helping import doubled

HERE = Path(__file__).parent
TRIES = '''
def opened(name, flags):
    os.open(name, flags)
def tried(*doors):
    for door in doors:
        try:
            door[0](*door[1:])
        except OSError:
            continue
        yield door[0].__name__
def held(here):
    data = os.path.join(here, "data/numbers.txt")
    return [*tried(
        (opened, data, os.O_WRONLY), (opened, data + "x", os.O_CREAT | os.O_WRONLY),
        (os.chmod, data, 0o777), (os.remove, data), (os.rename, data, data + "x"),
        (os.truncate, data, 0), (os.link, data, "/scratch/linked"),
        (os.execv, data, [data]),
    )]
'''
exec(TRIES)

def evaluate(path):
    code = "import os, helping\\n" + TRIES + f"print(held({str(HERE)!r}), helping.__file__)"
    child = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    numbers = [int(each) for each in (HERE / "data" / "numbers.txt").read_text().split()]
    return doubled(sum(numbers)), {
        "here": str(HERE), "there": (HERE / "evaluator.py").exists(), "own": held(HERE),
        "child": child.stdout.strip() + child.stderr,
    }
"""


def test_they_are_read_and_imported_and_nobody_can_write_or_execute_them() -> None:
    files = {
        "helping.py": b"def doubled(x):\n    return 2 * x\n",
        "data/numbers.txt": b"1 2 3",
    }
    with closing(Evaluator(READS, files=files, limits=Limits(memory_mb=128))) as evaluator:
        try:
            found = evaluator.evaluate("")
        except SandboxError as error:
            missing("process", error)
        assert evaluator._folder is not None
        folder = evaluator._folder.path
        assert (folder.parent.stat().st_mode & 0o777, folder.exists()) == (0o700, True)
    assert not folder.exists()
    assert (found.score, found.problem) == (12.0, ""), found
    assert found.words == {
        "here": "/beside", "there": "True", "own": "[]", "child": "[] /beside/helping.py",
    }  # fmt: skip


def test_without_them_an_evaluator_lies_with_its_program() -> None:
    source = "def evaluate(path):\n    return 1, {'file': __file__}"
    with closing(Evaluator(source, limits=Limits(memory_mb=128))) as evaluator:
        try:
            assert evaluator.evaluate("").words["file"] == "/scratch/evaluator.py"
        except SandboxError as error:
            missing("process", error)


def test_a_folder_is_read_but_for_hidden_files_and_what_python_keeps(tmp_path: Path) -> None:
    hidden = ("data/__pycache__/c.pyc", "data/.env", "data/.git/config")
    for name in ("data/a.txt", "data/deeper/b.bin", *hidden, "d.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(name.encode())
    found = read_beside([tmp_path / "data", tmp_path / "d.py"])
    assert found == {
        "data/a.txt": b"data/a.txt", "data/deeper/b.bin": b"data/deeper/b.bin", "d.py": b"d.py",
    }  # fmt: skip


def test_a_file_that_is_a_link_has_the_name_of_the_link(tmp_path: Path) -> None:
    (tmp_path / "v2.py").write_text("x = 2")
    (tmp_path / "helping.py").symlink_to(tmp_path / "v2.py")
    assert read_beside([tmp_path / "helping.py"]) == {"helping.py": b"x = 2"}


def test_what_cannot_be_read_or_is_too_much_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, file = tmp_path / "folder", tmp_path / "file"
    folder.mkdir()
    file.write_text("text")
    with pytest.raises(ValueError, match=r"none is no file; name one, or a folder"):
        read_beside([tmp_path / "none"])
    (folder / "link").symlink_to(file)
    with pytest.raises(ValueError, match=r"folder/link is a link; give the file itself"):
        read_beside([folder])
    (folder / "link").unlink()
    (folder / "link").symlink_to(tmp_path, target_is_directory=True)
    with pytest.raises(ValueError, match=r"folder/link is a link; give the file itself"):
        read_beside([folder])
    (folder / "link").unlink()
    (folder / "file").write_text("text")
    with pytest.raises(ValueError, match="two are called file"):
        read_beside([file, folder / "file"])
    with pytest.raises(ValueError, match="evaluator.py is what the evaluator itself is called"):
        (tmp_path / "evaluator.py").write_text("")
        read_beside([tmp_path / "evaluator.py"])
    monkeypatch.setattr(beside, "MOST_BYTES", 7)
    with pytest.raises(ValueError, match=r"with .*folder/file they have more than 7 bytes"):
        read_beside([file, folder])
    monkeypatch.setattr(beside, "MOST_FILES", 1)
    with pytest.raises(ValueError, match=r"there may be 1 files; .*folder makes them more"):
        read_beside([file, folder])


@pytest.mark.parametrize("name", ["/etc/x", "../x", "a/../x", "", ".", "a//b", "a/", "x\n", "\0"])
def test_a_name_that_leads_elsewhere_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="no name of a file beside an evaluator"):
        check_beside({name: b""})


@pytest.mark.parametrize("name", ["statistics.py", "json/tool.py", "evaluator.py/data"])
def test_what_would_not_be_imported_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="give it another name"):
        check_beside({name: b""})
    check_beside({"json/data.txt": b"", "statistics.csv": b""})


def test_a_file_cannot_lie_in_a_file() -> None:
    with pytest.raises(ValueError, match="a/b lies in what is a file itself"):
        check_beside({"a": b"", "a/b": b""})
