"""The environment in verifiers: the same life as gymnasium's, through its own evaluation.

Runs where the library is installed; `test_elsewhere.py` installs it beside ours.
"""

from __future__ import annotations

import asyncio
import json
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import gymnasium
import pytest

pytest.importorskip("verifiers.v1")

import verifiers.v1 as vf
from verifiers.v1.clients import ModelContext
from verifiers.v1.configs.client import EvalClientConfig
from verifiers.v1.utils.loaders import load_environment, resolve_env_config

from env.microtasks import solution

PACKAGE = Path(__file__).parents[3] / "examples" / "verifiers-survival"
SETTINGS = {"max_steps": 6, "difficulty": 4}


def answer(seed: int, query: str) -> str:
    """Solve what is asked, but for lives with an even seed, which starve."""
    return "x = 1" if seed % 2 == 0 else solution(query) or ""


class Model(BaseHTTPRequestHandler):
    """Answers as `answer` does, and remembers what it was asked."""

    seeds: dict[str, int]
    asked: dict[int, list[str]]

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["content-length"])))
        said = [each["content"] for each in request["messages"] if each["role"] == "user"]
        seed = self.seeds[said[0]]
        self.asked[seed] = said
        choice = {
            "index": 0, "finish_reason": "stop",
            "message": {"role": "assistant", "content": answer(seed, said[-1])},
        }  # fmt: skip
        told = {
            "id": "1", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice],
            "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
        }  # fmt: skip
        body = json.dumps(told).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def model() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Model) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/v1"
        server.shutdown()
        thread.join()


def lived(seed: int) -> tuple[list[str], float, str]:
    """Return the queries of a life in gymnasium, its return, and how it ended."""
    env = gymnasium.make("env:autoagent/Survival-v1", **SETTINGS)
    observed, info = env.reset(seed=seed)
    queries, returned, over = [], 0.0, False
    while not over:
        queries.append(observed["query"])
        observed, reward, dead, cut, info = env.step(answer(seed, queries[-1]))
        returned, over = returned + float(reward), dead or cut
    env.close()
    return queries, returned, info["cause"] or "alive"


async def evaluated(url: str, lives: int) -> list[Any]:
    """Return the episodes of an evaluation with verifiers' own machinery, side by side."""
    taskset = {"id": "survival-v1", "lives": lives, "first": 3, "settings": SETTINGS}
    env = load_environment(resolve_env_config({"taskset": taskset}))
    context = ModelContext(model="m", client=EvalClientConfig(base_url=url, api_key_var="NONE"))
    async with env.serving():
        slots = [slot for task in env.taskset for slot in env.slots(task)]
        return await asyncio.gather(*(env.run_slot(slot, context) for slot in slots))


def test_it_walks_the_same_trajectory_as_gymnasium(
    model: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(PACKAGE))
    expected = {seed: lived(seed) for seed in (3, 4)}
    Model.seeds = {queries[0]: seed for seed, (queries, _, _) in expected.items()}
    Model.asked = {}
    episodes = asyncio.run(evaluated(model, 2))
    for seed, episode in zip((3, 4), episodes, strict=True):
        queries, returned, cause = expected[seed]
        assert episode.ok, episode.errors
        (trace,) = episode.traces
        assert Model.asked[seed] == queries
        assert trace.rewards["return"].score == returned
        assert trace.metrics["steps"] == len(queries)
        assert trace.info["cause"] == cause
    assert {expected[3][2], expected[4][2]} == {"alive", "starved"}


def test_a_setting_that_cannot_be_fails_the_episode(
    model: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(PACKAGE))
    monkeypatch.setitem(SETTINGS, "hazards", ["flood"])
    (episode,) = asyncio.run(evaluated(model, 1))
    assert not episode.ok
    assert "unknown hazard 'flood'" in episode.errors[0].message
    with pytest.raises(ValueError, match="greater than or equal to 1"):
        resolve_env_config({"taskset": {"id": "survival-v1", "lives": 0}})


def test_the_package_is_what_verifiers_looks_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(PACKAGE))
    config = resolve_env_config({"taskset": {"id": "survival-v1"}})
    env = load_environment(config)
    assert isinstance(env, vf.Env)
    assert env.taskset.bounded
    assert "survival_v1" in sys.modules
