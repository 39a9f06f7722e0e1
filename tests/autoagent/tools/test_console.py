"""A Python that remembers, and many of them."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest

from autoagent.tools.console import Console, ConsoleError
from autoagent.tools.consoles import Consoles
from autoagent.walls import open_wall
from sandbox.limits import Limits
from sandbox.session import Sandbox

LIMITS = Limits(fuel=3 * 10**9, wall_seconds=60.0)
ENDLESS = "while True: pass"


@pytest.fixture
def console(wall: Sandbox) -> Console:
    return Console(wall, policy="strict", limits=LIMITS)


def test_a_policy_that_is_none_is_refused(wall: Sandbox) -> None:
    with pytest.raises(ValueError, match="unknown policy 'Strict'; known: strict, open"):
        Console(wall, policy="Strict", limits=LIMITS)  # type: ignore[arg-type]


def test_what_is_defined_stays_and_the_last_value_is_told(console: Console) -> None:
    ran = console.run("def double(n):\n    return 2 * n\nprint('defined')\ndouble(4)")
    assert (ran.stdout, ran.value, ran.error) == ("defined\n", "8", "")
    assert console.run("double(21)").value == "42"
    assert console.run("double(1); None").value == ""
    assert console.run("é = 'ü'; é").value == "'ü'"
    assert console.run("1 / 0").error == "ZeroDivisionError: division by zero (line 1: 1 / 0)"
    assert console.run("x = 1\r2\r").value == "2"
    assert "harm" in console.run("import os; os.system('true')").error
    assert "exit() ends nothing here" in console.run("exit()").error
    assert console.run("double(1)").value == "2"


@pytest.mark.parametrize(
    "code", [ENDLESS, "print('x' * (1 << 21))", "'x' * (1 << 30) + 'x' * (1 << 30)"]
)
def test_a_call_that_ends_the_interpreter_leaves_it_as_it_was(console: Console, code: str) -> None:
    console.run("import random; x = random.random()")
    before = console.run("x").value
    ran = console.run(f"x = 0\n{code}")
    assert ran.error
    assert console.run("x").value == (before if ran.restored else "0")


@pytest.fixture
def alone() -> Iterator[Console]:
    """One whose guest has a worker for itself, which can be ended at once."""
    with closing(open_wall("wasm")) as wall:
        yield Console(wall, policy="strict", limits=Limits(fuel=10**15, wall_seconds=600.0))


def test_a_call_is_interrupted_from_another_thread(alone: Console) -> None:
    alone.run("x = 1")
    assert not alone.interrupt()
    told: list[str] = []
    thread = threading.Thread(target=lambda: told.append(alone.run(ENDLESS).error))
    thread.start()
    while not alone.busy:
        time.sleep(0.01)
    with pytest.raises(ConsoleError, match="busy"):
        alone.run("x")
    with pytest.raises(ConsoleError, match="busy"):
        alone.fork()
    assert alone.interrupt()
    thread.join(60)
    assert told == ["interrupted; the session is as it was before this call"]
    assert alone.run("x").value == "1"


def test_a_fork_has_the_same_past_and_its_own_future(console: Console) -> None:
    console.run("import random, time; x = [random.random(), time.time()]")
    console.write("kept.bin", bytes(range(256)) * 1_000)
    fork = console.fork()
    assert fork.run("x").value == console.run("x").value
    fork.run("x = 'other'")
    assert console.run("x").value != "'other'"
    assert fork.files() == {"kept.bin": bytes(range(256)) * 1_000}


def test_files_go_in_and_out(console: Console) -> None:
    console.write("data.csv", b"1,2\n")
    ran = console.run(
        "open('sum.txt', 'w').write(str(sum(map(int, open('data.csv').read().split(',')))))"
    )
    assert ran.files == {"sum.txt": 1}
    assert console.files()["sum.txt"] == b"3"
    with pytest.raises(ConsoleError, match="cannot be written"):
        console.write("../out.txt", b"")


def test_a_file_that_is_written_changes_no_name(console: Console) -> None:
    names = "file, base64, open, name, b64decode"
    console.run(f"{names} = range(5)")
    console.write("data.bin", bytes(range(256)) * 500)
    assert console.files() == {"data.bin": bytes(range(256)) * 500}
    assert console.run(names).value == "(0, 1, 2, 3, 4)"
    assert console.run("sorted(n for n in globals() if n[:1] != '_')").value == repr(
        sorted(names.split(", "))
    )


def test_code_is_bounded(console: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("autoagent.tools.console.MOST_CALLS", 2)
    console.run("1")
    console.run("2")
    with pytest.raises(ConsoleError, match="a session takes 2 calls"):
        console.run("3")


@pytest.fixture
def consoles(wall: Sandbox) -> Consoles:
    def make() -> Console:
        return Console(wall, policy="strict", limits=LIMITS)

    return Consoles(make, most=2, idle_seconds=100.0)


def test_sessions_are_apart_bounded_and_named(consoles: Consoles) -> None:
    consoles.get("a").run("x = 1")
    assert consoles.get("b").run("x").error.startswith("NameError")
    with pytest.raises(ConsoleError, match="there are 2 sessions, and no more; reset one of: a, b"):
        consoles.get("c")
    with pytest.raises(ConsoleError, match="is no id of a session"):
        consoles.get("../a")
    with pytest.raises(ConsoleError, match="there is no session 'c'"):
        consoles.known("c")
    with pytest.raises(ConsoleError, match="there is a session 'b' already"):
        consoles.fork("a", "b")
    consoles.drop("b")
    consoles.fork("a", "b")
    assert consoles.get("b").run("x").value == "1"
    consoles.close()
    assert len(consoles) == 0


def test_a_session_that_nobody_uses_is_closed(
    consoles: Consoles, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [0.0]
    clock: Callable[[], float] = lambda: now[0]  # noqa: E731
    monkeypatch.setattr("autoagent.tools.consoles.time.monotonic", clock)
    consoles.get("old")
    now[0] = 90.0
    consoles.get("new")
    consoles.close_idle()
    assert len(consoles) == 2
    now[0] = 101.0
    consoles.close_idle()
    assert len(consoles) == 1
    assert consoles.known("new")
