"""Tools of servers: of the library's own, and of such as mean no good."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest

pytest.importorskip("mcp")

from autoagent.mcp import Servers, connection
from autoagent.mcp.tool import LONGEST_RESULT
from autoagent.skills import SkillContext, SkillError
from tests.conftest import free_port

HERE = Path(__file__).parent
HONEST = f"{sys.executable} {HERE / 'honest.py'}"
CONTEXT = SkillContext(now=0.0, born=0.0, steps=0, seed=0, history=())

Use = Callable[..., Any]


@contextmanager
def opened(*where: str, taken: tuple[str, ...] = ()) -> Iterator[tuple[Servers, Use, list[str]]]:
    told: list[str] = []
    with closing(Servers(where, taken, told.append)) as servers:
        tools = {tool.name: tool for tool in servers.tools}
        yield servers, lambda name, **given: tools[name].call(given, CONTEXT), told


def dishonest(kind: str) -> str:
    return f"{sys.executable} {HERE / 'dishonest.py'} {kind}"


def test_tools_of_a_server_of_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "secret")
    with opened(HONEST, taken=("add",)) as (servers, use, told):
        described = {tool.name: tool.description for tool in servers.tools}
        assert described["add_2"] == (
            "self.use('add_2', a: integer, b: integer = 2): Add two numbers."
        )
        assert "is called 'add_2' here" in told[0]
        assert "'odd name!'" in told[1]
        assert use("add_2", a=40) == 42
        assert use("odd_name_") == "odd"
        with pytest.raises(SkillError, match="valid integer"):
            use("add_2", a="many")
        assert "OPENAI_API_KEY" not in use("environment")
        assert "PATH" in use("environment")
        assert use("long").endswith(f"[... {1_000_000 - LONGEST_RESULT} characters more]")
        with pytest.raises(SkillError):
            use("ask_back")


def test_a_server_at_a_url() -> None:
    port = free_port()
    with subprocess.Popen(
        [sys.executable, HERE / "honest.py", str(port)], stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        try:
            while "running" not in process.stderr.readline():
                assert process.poll() is None
            with opened(f"http://127.0.0.1:{port}/mcp") as (_, use, _told):
                assert use("add", a=1, b=1) == 2
                process.kill()
                process.wait()
                with pytest.raises(SkillError):
                    use("add", a=1, b=1)
        finally:
            process.kill()


@pytest.mark.parametrize(
    ("where", "reason"),
    [
        ("no-such-command here", "there is no command 'no-such-command'"),
        ("'", "is no command line"),
        ("", "nothing is given"),
        ("true", "cannot be used"),
        (f"{sys.executable} -c 'import nothing_of_that_name'", "No module named"),
        ("http://127.0.0.1:9/mcp", "cannot be used"),
        (dishonest("schema"), "cannot be used"),
    ],
)
def test_a_server_that_cannot_be_used_is_told_with_the_reason(where: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        Servers([where], (), lambda line: None)


def test_what_a_server_says_of_its_tools_is_bounded() -> None:
    with opened(dishonest("many"), dishonest("wordy")) as (servers, _, told):
        assert len(servers.tools) == connection.MOST_TOOLS + 1
        assert any("the first 64 are taken" in line for line in told)
        assert len(servers.tools[-1].description) < 1_000


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("dies", "ended in the middle of this: it is unknown whether it happened"),
        ("floods", "ended in the middle of this"),
        ("hangs", "it is unknown whether it happened"),
        ("lies", "no proper result"),
    ],
)
def test_a_call_that_comes_to_nothing_is_told(
    kind: str, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if kind == "hangs":
        monkeypatch.setattr(connection, "CALL_SECONDS", 0.5)
    with opened(dishonest(kind)) as (_, use, _told):
        with pytest.raises(SkillError, match=reason):
            use("tool0")
        with pytest.raises(SkillError, match=reason):  # it was started again, and again
            use("tool0")


def test_a_server_may_not_ask_for_our_model() -> None:
    with opened(dishonest("asks")) as (_, use, _told):
        assert "not supported" in use("tool0").lower()


def test_no_server_outlives_what_started_it() -> None:
    code = f"""
import time
from autoagent.mcp import Servers
servers = Servers([{dishonest("stays")!r}], (), print)
print("open", flush=True)
time.sleep(1000)
"""
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "open\n"
        children = psutil.Process(process.pid).children(recursive=True)
        assert len(children) == 2, "the relay and the server"
        process.kill()
    gone, alive = psutil.wait_procs(children, timeout=60)
    assert not alive
    assert len(gone) == 2


def test_a_program_ends_that_closes_nothing() -> None:
    code = f"""
from autoagent.mcp import Servers
servers = Servers([{HONEST!r}], (), print)
print(servers.tools[0].call({{"a": 40}}, None))
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=240, check=True
    )
    assert done.stdout.endswith("\n42\n")
    assert not done.stderr
