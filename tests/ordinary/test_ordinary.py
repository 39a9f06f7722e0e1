"""What models write in good faith: it runs under the strict policy, and nobody dies of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from autoagent.life import Heartbeat
from sandbox.judge import judge
from tests.conftest import Live

HEAD = "\n### "
TASKS = dict(
    task.split("\n", 1)
    for task in (Path(__file__).parent / "tasks.txt").read_text().split(HEAD)[1:]
)
REFUSED = {
    "sorting": "singledispatch evaluates annotations that are text, in whose scope one likes",
}
"""What does not run, and why."""


def test_there_are_enough_and_nearly_all_run() -> None:
    assert len(TASKS) >= 120
    assert len(REFUSED) <= 0.05 * len(TASKS)


def test_the_docs_count_them() -> None:
    text = Path(__file__).parents[2].joinpath("docs/policy.md").read_text()
    assert f"has {len(TASKS)} such answers" in text
    assert f"{len(TASKS) - len(REFUSED)} of them run" in text


@pytest.mark.parametrize("name", TASKS)
def test_ordinary_code_runs(live: Live, name: str) -> None:
    assert not judge(TASKS[name]).harm
    (event,) = live(f"```python\n{TASKS[name]}```")
    assert isinstance(event, Heartbeat)
    assert bool(event.outcome.error) == (name in REFUSED), event.outcome.error
    assert not event.outcome.harm
