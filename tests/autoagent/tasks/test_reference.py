"""The expert solves what the queries show enough of, and nothing else."""

from collections.abc import Callable
from pathlib import Path

import pytest

from autoagent.llm import Message
from autoagent.tasks.outcome import Outcome
from autoagent.tasks.reference.model import answer
from autoagent.tasks.reference.seen import EXPERTS, Seen
from autoagent.tasks.task import KINDS, bundled

Attempted = Callable[..., list[Outcome]]

BLIND = """
def observe(self):
    if self.turns:
        self.turns[-1]["observed"] = "It is done."
"""
NO_ERRORS = """
old_observe = self.observe

def observe(self):
    old_observe()
    if self.turns:
        told = self.turns[-1]["observed"].partition("It failed:")
        self.turns[-1]["observed"] = told[0] + ("It failed." if told[1] else "")
"""
NO_NAMES = """
def status(self):
    return "Go on."
"""


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", [0, 7])
def test_each_task_can_be_solved_through_the_protocol(
    attempted: Attempted, kind: str, seed: int
) -> None:
    outcomes = attempted(kind, seed=seed)
    assert {one.task: one.wrong for one in outcomes if not one.solved} == {}
    assert {one.cause for one in outcomes} == {"finished"}


def test_each_task_has_an_expert_of_its_own(examiner) -> None:
    for task in bundled():
        prompt = examiner.pose(task, 3)["prompt"]
        assert len([pattern for pattern, _ in EXPERTS if pattern.search(prompt)]) == 1, task.name


@pytest.mark.parametrize(
    ("genome", "lost", "kept"),
    [
        (BLIND, ["digit_sum", "roman", "repair"], ["motto"]),
        (NO_ERRORS, ["repair"], ["digit_sum", "roman"]),
        (NO_NAMES, ["roman", "new_method"], ["digit_sum"]),
    ],
    ids=["no outputs", "no errors", "no names"],
)
def test_what_a_query_leaves_out_the_expert_does_not_know(
    attempted: Attempted, tmp_path: Path, genome: str, lost: list[str], kept: list[str]
) -> None:
    file = tmp_path / "genome.py"
    file.write_text(genome)
    outcomes = attempted(",".join(lost + kept), file)
    assert {one.task for one in outcomes if not one.solved} == set(lost)
    assert {one.cause for one in outcomes if not one.solved} == {"budget"}


def test_what_it_has_written_itself_is_nothing_that_it_has_seen() -> None:
    task = "What is the sum of the decimal digits of 3 ** 5? Finish with that number."
    said = "```python\nprint('''\nANSWER 9\n''')\n```"
    query = [
        Message(role="user", content=task),
        Message(role="assistant", content=said),
        Message(role="user", content="It printed nothing."),
    ]
    assert "ANSWER" in answer(Seen.of(query))
    query[-1]["content"] = "It printed:\nANSWER 9"
    assert answer(Seen.of(query)) == "self.finish(9)"


def test_a_stranger_to_the_tasks_gives_up() -> None:
    assert answer(Seen.of("Define a function")).startswith("self.give_up(")
