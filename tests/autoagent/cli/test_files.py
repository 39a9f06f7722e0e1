"""Files in and out of a life, through the real command line, behind each wall."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from autoagent import AutonomousLLM
from autoagent.llm import Recorded
from tests.commands import autoagent, lines, refused
from tests.walls import WALLS, standing

LIFE = """\
import os, tempfile, time
with open('data/a.csv') as file: rows = [line.split(',') for line in file]
with open('sum.txt', 'w') as file: print(sum(int(row[1]) for row in rows), file=file)
print(os.path.getmtime('sum.txt') > 0, tempfile.mkstemp(dir='.')[1])
.
os.makedirs('deep/er')
with open('deep/er/big', 'wb') as file: file.write(bytes(range(256)) * 1000)
os.remove('gone')
.
print(sorted(os.listdir()), os.stat('deep/er/big').st_mtime_ns)
.
"""
MADE = {"sum.txt": b"3\n", "deep/er/big": bytes(range(256)) * 1000}


@pytest.fixture(params=WALLS)
def sandbox(request: pytest.FixtureRequest) -> str:
    """The name of a wall that stands here."""
    with standing(request.param):
        return str(request.param)


@pytest.fixture
def given(tmp_path: Path) -> Path:
    """A folder of inputs."""
    folder = tmp_path / "given"
    (folder / "data").mkdir(parents=True)
    (folder / "data" / "a.csv").write_text("a,1\nb,2\n")
    (folder / "gone").touch()
    return folder


def found(folder: Path) -> dict[str, bytes]:
    """Return the files in a folder, but for one with a random name."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {str(f.relative_to(folder)): f.read_bytes() for f in files if f.name[:3] != "tmp"}


def test_files_go_in_and_come_out_and_are_made_again(
    sandbox: str, given: Path, tmp_path: Path, db: Path
) -> None:
    out, again, other = (tmp_path / name for name in ("out", "again", "other"))
    options = ["--llm", "human", "--json", "--db", db]
    begun = autoagent(
        *("run", "Add up", "--in", given, "--out", out, "--steps", "2", "--sandbox", sandbox),
        *options,
        typed=LIFE,
    )
    first, _, end = lines(begun)
    run = end["summary"]["run"]
    assert end["summary"]["limit"] == "steps"
    assert found(out) == MADE
    (name,) = (path.name for path in out.iterdir() if path.name[:3] == "tmp")
    assert first["stdout"] == f"True /self/{name}\n"

    # what is in the journal is enough for the rest, and the folder is not needed any more
    (given / "data" / "a.csv").write_text("other")
    (verified,) = lines(autoagent("replay", run, "--verify", "--db", db, "--json"))
    assert verified["verified"]["same"] is True
    autoagent("replay", run, "--db", db, "--json", "--out", again)
    assert found(again) == MADE
    looked = LIFE.split(".\n", 2)[2]
    step, _ = lines(autoagent("resume", run, "--steps", "1", *options, typed=looked))
    assert "['data', 'deep', 'sum.txt', 'tmp" in step["stdout"]
    assert not other.exists(), "a journal chooses no folder"
    back = autoagent(
        *("rollback", run, "--to", "1", "--steps", "1", "--out", other),
        *options,
        typed="os.rename('sum.txt', 'renamed')\n.\n",
    )
    assert lines(back)
    assert found(other) == {"renamed": b"3\n"}


def test_existing_files_are_replaced_only_by_force(tmp_path: Path, db: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "a").write_text("mine")
    life = "for name in 'ab': open(name, 'w').write('new')\n.\n"
    options = ["--llm", "human", "--steps", "1", "--db", db]
    clash = autoagent("run", "Write", "--out", out, "--json", *options, typed=life)
    assert clash.returncode == 2
    assert f"{out / 'a'}: it is there already; --force replaces it" in clash.stderr.decode()
    assert found(out) == {"a": b"mine", "b": b"new"}
    run = json.loads(clash.stdout.splitlines()[-1])["summary"]["run"]
    autoagent("replay", run, "--db", db, "--out", out, "--force")
    assert found(out) == {"a": b"new", "b": b"new"}


@pytest.mark.parametrize(
    "last", ["import os; os.system('ls')", "while True: pass", "1 / 0\n.\ndel a"]
)
def test_files_come_out_whatever_a_life_dies_of(last: str, tmp_path: Path, db: Path) -> None:
    life = f"open('a', 'w').write('kept')\n.\nopen('b', 'w').write('x')\n{last}\n.\n"
    command = ["run", "Write", "--llm", "human", "--steps", "3", "--db", db, "--out", tmp_path]
    autoagent(*command, "--fuel", "1000000000", typed=life)
    assert found(tmp_path)["a"] == b"kept"


def test_files_come_out_at_an_interruption(tmp_path: Path, db: Path) -> None:
    command = ["run", "Write", "--llm", "human", "--db", db, "--out", tmp_path / "out", "--json"]
    with subprocess.Popen(
        [sys.executable, "-m", "autoagent", *map(str, command)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        running.stdin.write(b"open('a', 'w').write('kept')\n.\n")
        running.stdin.flush()
        while not running.stdout.readline().startswith(b'{"run"'):
            pass
        running.send_signal(signal.SIGINT)
        running.communicate(timeout=240)
    assert found(tmp_path / "out") == {"a": b"kept"}


def _link(folder: Path) -> None:
    (folder / "x").symlink_to("/etc/passwd")


def _not_utf8(folder: Path) -> None:
    (folder / os.fsdecode(b"\xff")).touch()


def _huge(folder: Path) -> None:
    (folder / "x").touch()
    os.truncate(folder / "x", 10 << 30)


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (_link, "is a link; only ordinary files"),
        (lambda folder: os.mkfifo(folder / "x"), "is no ordinary file"),
        (_not_utf8, "must be UTF-8"),
        (_huge, "more than 16,777,216 bytes"),
    ],
)
def test_what_cannot_go_in_is_told(make: Any, told: str, tmp_path: Path, db: Path) -> None:
    make(tmp_path)
    refused(autoagent("run", "p", "--llm", "human", "--in", tmp_path, "--db", db), told)


def test_files_in_python(db: Path, wall: Any) -> None:
    answers = ["open('b', 'w').write(open('a').read() * 2)", "self.finish()"]
    seen: list[dict[str, bytes]] = []

    def check(result: object, files: Any) -> None:
        seen.append(dict(files))

    with AutonomousLLM(
        Recorded.of_texts(answers), sandbox=wall, db=db, files={"a": b"x"}, check=check
    ) as agent:
        assert agent.files == {"a": b"x"}
        list(agent.run("Double"))
        assert agent.files == {"a": b"x", "b": b"xx"}
        assert agent.made == {"b": b"xx"}
    assert seen == [agent.files]
    with pytest.raises(ValueError, match="no name of a file"):
        AutonomousLLM(Recorded.of_texts([]), sandbox=wall, db=db, files={"../a": b""})
