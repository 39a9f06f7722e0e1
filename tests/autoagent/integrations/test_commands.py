import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from autoagent.integrations.commands import Commands
from sandbox.programs.program import Run
from sandbox.session import SandboxError
from tests.walls import missing


@pytest.fixture(scope="module")
def commands() -> Iterator[Commands]:
    try:
        made = Commands()
        made.execute(["true"], seconds=60)
    except SandboxError as error:
        missing("process", error)
    yield made
    made.close()


def sh(commands: Commands, script: str, **options: Any) -> Any:
    return commands.execute(["sh", "-c", script], **{"seconds": 60, **options})


def test_files_last_and_processes_do_not(commands: Commands) -> None:
    commands.files.write("kept/a.txt", b"one\n")
    commands.files.write("gone.txt", b"")
    done = sh(
        commands, "sleep 1000 & cd kept; echo two >> a.txt; rm ../gone.txt; mkdir -p ../d/e ../f"
    )
    assert (done.status, done.code, done.stderr) == ("ended", 0, b"")
    assert commands.files.read("kept/a.txt") == b"one\ntwo\n"
    with pytest.raises(FileNotFoundError, match="gone.txt"):
        commands.files.read("gone.txt")
    with pytest.raises(IsADirectoryError):
        commands.files.read("d/e")
    assert (
        sh(commands, "cat kept/a.txt; test -d d/e; rm kept/a.txt; test -d f").stdout
        == b"one\ntwo\n"
    )
    assert sh(commands, "test -d kept").code == 0


def test_a_command_has_input_environment_folder_and_this_python(commands: Commands) -> None:
    code = "import os, sys; print(sys.stdin.read(), os.environ['WORD'], os.getcwd(), sys.version)"
    commands.files.write("/tmp/here/x", b"")
    done = commands.execute(
        ["bash", "--login", "-c", f'python3 -c "{code}"'],
        seconds=60,
        stdin=b"\xc3\xa9",
        environment={"WORD": "w"},
        folder="/tmp/here",
    )
    assert done.stdout.decode().startswith("é w /scratch/tmp/here " + sys.version[:6])


def test_usual_tools_work_and_nothing_can_be_reached(commands: Commands) -> None:
    done = sh(commands, "seq 3 | sort -r | xargs -n1 echo > /dev/null; ls -l / ; ls /home /etc")
    assert b"scratch" in done.stdout
    assert b"cannot access '/home'" in done.stderr
    assert b"cannot access '/etc'" in done.stderr
    code = "import socket; socket.create_connection(('127.0.0.1', 1))"
    done = commands.execute(["python3", "-c", code], seconds=60)
    assert b"PermissionError: [Errno 1]" in done.stderr


@pytest.mark.parametrize(
    ("command", "status", "code"),
    [
        (["sh", "-c", "exit 7"], "ended", 7),
        (["sh", "-c", "kill -TERM $$"], "ended", 143),
        (["no-such-program"], "ended", 127),
        (["./written"], "forbidden", 0),
        (["sh", "-c", "kill -9 -1"], "broken", 0),
        (["python3", "-c", "open('much', 'wb').write(bytes(2**27 + 1))"], "broken", 0),
    ],
)  # fmt: skip
def test_how_a_command_ended_is_told(
    commands: Commands, command: list[str], status: str, code: int
) -> None:
    commands.files.write("written", b"#!/bin/sh\n")
    done = commands.execute(command, seconds=60)
    assert (done.status, done.code) == (status, code)
    assert commands.files.read("written") == b"#!/bin/sh\n"


def test_a_command_that_takes_too_long_leaves_its_files(commands: Commands) -> None:
    done = sh(commands, "echo begun > begun; sleep 1000", seconds=4)
    assert done.status == "late"
    assert commands.files.read("begun") == b"begun\n"


def test_output_is_cut_a_byte_after_what_is_wanted(commands: Commands) -> None:
    assert sh(commands, "yes | head -c 1000", most_output=10).stdout == b"y\n" * 5 + b"y"


def test_two_commands_at_once_keep_what_each_has_changed(commands: Commands) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(lambda name: sh(commands, f"echo {name} > both-{name}"), "ab"))
    assert [commands.files.read(f"both-{name}") for name in "ab"] == [b"a\n", b"b\n"]


@pytest.mark.parametrize(
    "path", ["/etc/passwd", "../../etc/x", "../result", "/scratch/result", "a\0b", "x" * 2000]
)
def test_a_path_outside_is_refused(commands: Commands, path: str) -> None:
    with pytest.raises(PermissionError):
        commands.files.write(path, b"")
    with pytest.raises(PermissionError):
        commands.files.read(path)


def test_a_file_cannot_be_where_a_folder_is_and_no_folder_where_a_file_is(
    commands: Commands,
) -> None:
    commands.files.write("one/two", b"")
    with pytest.raises(IsADirectoryError):
        commands.files.write("one", b"")
    with pytest.raises(NotADirectoryError):
        commands.files.write("one/two/three", b"")
    assert sh(commands, "rm -r one; echo 1 > one").status == "ended"
    assert commands.files.read("one") == b"1\n"


def test_there_is_only_so_much_room(commands: Commands) -> None:
    with pytest.raises(OSError, match="at most 128 MiB"):
        commands.files.write("huge", bytes((128 << 20) + 1))


@pytest.mark.parametrize(
    "result",
    [
        b"",
        b"[]\n",
        b"[" * 100_000,
        b'{"status": "ended"}\n',
        b'{"status":"ended","written":[1,0],"files":[],"folders":[],"gone":[]}\n',
        b'{"status":"ended","written":[0,0],"files":[["../x",0]],"folders":[],"gone":[]}\n',
        b'{"status":"ended","written":[0,0],"files":[["home/../../x",0]],"folders":[],"gone":[]}\n',
        b'{"status":"ended","written":[0,-1],"files":[],"folders":[],"gone":[]}\n',
        b'{"status":"ended","written":[0,0],"files":[],"folders":[7],"gone":[]}\n',
        b'{"status":"ended","code":"x","written":[0,0],"files":[],"folders":[],"gone":[]}\n',
    ],
)
def test_a_result_that_was_overwritten_is_none(commands: Commands, result: bytes) -> None:
    done = commands._read(Run("ok", b"", b"", None, ""), result)
    assert (done.status, done.why[:15]) == ("broken", "its result was ")


def test_a_package_that_is_named_can_be_imported() -> None:
    commands = Commands(["typing_extensions"])
    try:
        done = commands.execute(["python3", "-c", "import typing_extensions"], seconds=60)
    except SandboxError as error:
        missing("process", error)
    finally:
        commands.close()
    assert (done.code, done.stderr) == (0, b"")


def test_a_package_that_is_not_there_is_named() -> None:
    with pytest.raises(ValueError, match="no-such-package"):
        Commands(["no-such-package"])


def test_the_harness_is_beside_its_host() -> None:
    from autoagent.integrations import commands

    assert Path(commands.HARNESS).is_file()
