"""Guessing solves next to nothing."""

from collections.abc import Callable

from autoagent.llm import Message
from autoagent.tasks.chance import Chance
from autoagent.tasks.outcome import Outcome


def test_guesses_follow_from_seed_and_query() -> None:
    def guess(seed: int, text: str) -> str:
        asked = [Message(role="user", content=text)]
        return Chance().complete(asked, seed=seed, temperature=0, max_tokens=9).text

    assert guess(1, "one 07 two") == guess(1, "one 07 two")
    assert len({guess(seed, "one 07 two") for seed in range(20)}) > 3


def test_who_guesses_finishes_and_solves_hardly_anything(
    attempted: Callable[..., list[Outcome]],
) -> None:
    outcomes = attempted("program", llm=Chance())
    assert {one.cause for one in outcomes} == {"finished"}
    assert sum(one.solved for one in outcomes) <= 1
