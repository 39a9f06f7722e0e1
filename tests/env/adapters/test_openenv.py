"""The environment as an OpenEnv server: the same life as gymnasium's, and sessions of any kind.

Runs where the library is installed; `test_elsewhere.py` installs it beside ours.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import gymnasium
import pytest

pytest.importorskip("openenv")

import uvicorn
from openenv.core import GenericEnvClient
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from env.adapters.openenv import LONGEST_MESSAGE, LONGEST_PROMPT, create_app
from env.microtasks import solution
from sandbox.nesting import MAX_SOURCE

PACKAGE = Path(__file__).parents[3] / "examples" / "openenv-survival"
Serve = Callable[..., str]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Serve an app on a port that the system chooses; return its address."""
    with contextlib.ExitStack() as stack:

        def serve(**settings: Any) -> str:
            bounds: Any = {"ws_max_size": LONGEST_MESSAGE, "log_level": "error"}
            config = uvicorn.Config(create_app(**settings), port=0, **bounds)
            server = uvicorn.Server(config)
            thread = threading.Thread(target=server.run)
            thread.start()

            def stop() -> None:
                server.should_exit = True
                thread.join()

            stack.callback(stop)
            while not server.started:
                assert thread.is_alive()
                time.sleep(0.01)
            port = server.servers[0].sockets[0].getsockname()[1]
            return f"http://127.0.0.1:{port}"

        yield serve


def test_it_walks_the_same_trajectory_as_gymnasium(serve: Serve) -> None:
    env = gymnasium.make("env:autoagent/Survival-v1", max_steps=6, difficulty=4)
    url = serve(max_steps=6, difficulty=4)
    with GenericEnvClient(base_url=url).sync() as client:
        for seed in (3, 4):
            observed, info = env.reset(seed=seed)
            result = client.reset(seed=seed, episode_id=str(seed))
            ended = False
            while not ended:
                told = result.observation
                assert told == {
                    **observed, "vitals": observed["vitals"].tolist(), "metadata": told["metadata"]
                }  # fmt: skip
                assert {**told["metadata"], "truncated": 0} == {**info, "truncated": 0}
                answer = "x = 1" if seed == 4 else solution(observed["query"]) or ""
                observed, reward, terminated, truncated, info = env.step(answer)
                result = client.step({"text": answer})
                ended = terminated or truncated
                assert (result.reward, result.done) == (reward, ended)
                assert result.observation["metadata"]["truncated"] == truncated
            assert info["cause"] == ("starved" if seed == 4 else None)
            assert client.state()["episode_id"] == str(seed)
            assert client.state()["step_count"] == info["steps"]
    env.close()


def test_sessions_do_not_meet(serve: Serve) -> None:
    url = serve(hazards=[])
    with (
        GenericEnvClient(base_url=url).sync() as one,
        GenericEnvClient(base_url=url).sync() as two,
    ):
        one.reset(seed=1)
        two.reset(seed=1, prompt="Another one.")
        one.step({"text": "secret = 17"})
        assert "NameError" in two.step({"text": "print(secret)"}).observation["error"]
        assert one.step({"text": "print(secret)"}).observation["stdout"] == "17\n"


def said(socket: Any, kind: str, **data: Any) -> dict[str, Any]:
    """Return what the server says to a message."""
    socket.send(json.dumps({"type": kind, "data": data}))
    answer: dict[str, Any] = json.loads(socket.recv())
    return answer


def test_what_cannot_be_is_told_and_the_life_goes_on(serve: Serve) -> None:
    url = serve(max_steps=3, hazards=[]).replace("http", "ws") + "/ws"
    with connect(url) as socket:
        early = said(socket, "step", text="x = 1")
        assert "call reset first" in early["data"]["message"]
        for options, words in (
            ({"hunger": 1}, "unknown option 'hunger'; known: prompt, difficulty"),
            ({"prompt": "x" * (LONGEST_PROMPT + 1)}, f"at most {LONGEST_PROMPT} characters"),
            ({"difficulty": -1}, "difficulty must be 0 or more"),
            ({"prompt": " "}, "a prompt is a text that says something"),
        ):
            assert words in said(socket, "reset", **options)["data"]["message"]
        assert said(socket, "reset", seed=1)["type"] == "observation"
        for wrong in ({"text": "x" * (MAX_SOURCE + 1)}, {"text": 3}, {}, {"text": "", "more": 1}):
            assert said(socket, "step", **wrong)["type"] == "error"
        for garbage in ("{", '{"type": "flood"}'):
            socket.send(garbage)
            assert json.loads(socket.recv())["type"] == "error"
        steps = [said(socket, "step", text="x = 1")["data"] for _ in range(3)]
        assert [step["done"] for step in steps] == [False, False, True]
        assert "this life is over" in said(socket, "step", text="x = 1")["data"]["message"]
        socket.send("[" * 10_000)  # ends the session, and no other
        assert json.loads(socket.recv())["type"] == "error"
    assert admitted(url)


def test_a_flood_of_answers_is_taken_one_after_the_other(serve: Serve) -> None:
    url = serve(max_steps=1_000, hazards=[]).replace("http", "ws") + "/ws"
    with connect(url) as socket:
        said(socket, "reset", seed=1)
        for number in range(200):
            socket.send(json.dumps({"type": "step", "data": {"text": f"print({number})"}}))
        told = [json.loads(socket.recv())["data"]["observation"]["stdout"] for _ in range(200)]
        assert told == [f"{number}\n" for number in range(200)]
        with pytest.raises(ConnectionClosed):
            said(socket, "step", text="x" * LONGEST_MESSAGE)
    assert admitted(url)


def admitted(url: str) -> bool:
    """Tell whether a session is let in; one that is not may be closed before it says a word."""
    with contextlib.suppress(ConnectionClosed), connect(url) as socket:
        return said(socket, "reset")["type"] == "observation"
    return False


def until(holds: Callable[[], bool]) -> None:
    """Wait until it does; what never does is stopped by the time limit of tests."""
    while not holds():
        time.sleep(0.05)


def test_sessions_are_bounded_and_those_that_end_in_the_middle_make_room(serve: Serve) -> None:
    url = serve(sessions=2).replace("http", "ws") + "/ws"
    with connect(url) as one, connect(url) as two:
        assert said(one, "reset")["type"] == said(two, "reset")["type"] == "observation"
        with connect(url) as third:
            told = json.loads(third.recv())
            assert (told["type"], told["data"]["code"]) == ("error", "CAPACITY_REACHED")
        one.send(json.dumps({"type": "step", "data": {"text": "x = sum(range(1000))"}}))
        one.socket.close()  # without a word, in the midst of a step
        until(lambda: admitted(url))
        assert said(two, "step", text="x = 1")["type"] == "observation"


def test_a_session_that_never_steps_is_closed(serve: Serve) -> None:
    url = serve(sessions=1, idle=0.5).replace("http", "ws") + "/ws"
    with connect(url) as silent:
        assert said(silent, "reset")["type"] == "observation"
        until(lambda: admitted(url))
        assert said(silent, "step", text="x = 1")["type"] == "error"


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"sessions": 0}, "greater than or equal to 1"),
        ({"idle": 0.0}, "greater than 0"),
        ({"sandbox": "moat"}, "unknown wall 'moat'"),
        ({"hazards": ["flood"]}, "unknown hazard 'flood'"),
        ({"max_steps": 0}, "max_steps must be a whole number of at least 1"),
    ],
)
def test_settings_that_cannot_be_are_told(settings: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        create_app(**settings)


def test_the_package_is_valid(serve: Serve) -> None:
    validate = [sys.executable, "-m", "openenv.cli", "validate"]
    for asked in (
        [str(PACKAGE), "--level", "static", "--skip-build"],
        ["--url", serve(), "--timeout", "60"],
    ):
        done = subprocess.run([*validate, *asked], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
