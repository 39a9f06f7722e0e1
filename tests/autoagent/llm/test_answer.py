import json
from dataclasses import replace

import pytest

from autoagent.llm import (
    LLM,
    Allowance,
    Answerer,
    Attempt,
    Completion,
    Denied,
    LLMUnreachable,
    Recorded,
)

GOOD = "```python\nx = 1\n```"
SAME = "So:\n```python\nx  =  1  # one\n```"
OTHER = "```python\ny = 2\n```"
PROSE = "I will not."


class Asked(Recorded):
    """Remembers what it was asked."""

    queries: list[str]
    options: list[dict[str, object]]

    def complete(self, query: str, **options: object) -> Completion:  # type: ignore[override]
        self.queries = [*getattr(self, "queries", []), query]
        self.options = [*getattr(self, "options", []), options]
        return super().complete(query, **options)  # type: ignore[arg-type]


def answerer(*texts: str, **options: int) -> Answerer:
    llm = Asked.of_texts(texts)
    return Answerer(llm=llm, seed=1, temperature=0.5, max_tokens=99, **options)


def problems(attempts: tuple[Attempt, ...]) -> list[str | None]:
    return [attempt.problem for attempt in attempts]


def attempt(text: str) -> Attempt:
    completion = Completion(text=text, tokens_in=1, tokens_out=1, finish="stop", model="m")
    return Attempt(completion=completion, problem=None, temperature=0.5, seed=0)


def test_a_usable_answer_is_taken_at_once() -> None:
    answer = answerer(GOOD, OTHER).answer("Do.", 0)
    assert (answer.text, problems(answer.attempts)) == (GOOD, [None])


def test_prose_is_asked_about_again_warmer_with_a_note_and_another_seed() -> None:
    asking = answerer(PROSE, GOOD)
    answer = asking.answer("Do.", 0)
    assert (answer.text, problems(answer.attempts)) == (GOOD, ["no code", None])
    assert [attempt.temperature for attempt in answer.attempts] == [0.5, 0.7]
    assert len({attempt.seed for attempt in answer.attempts}) == 2
    assert answer.tokens_out == 3 + 5
    assert isinstance(asking.llm, Asked)
    first, second = asking.llm.queries
    assert first == "Do."
    assert second.startswith("Do.\n\nYour last answer held no Python code")


def test_a_repeated_answer_is_asked_about_again() -> None:
    asking = answerer(GOOD, SAME, OTHER)
    asking.answer("Do.", 0)
    answer = asking.answer("Do.", 1)
    assert (answer.text, problems(answer.attempts)) == (OTHER, ["repeated", None])


def test_white_space_in_broken_code_does_not_matter() -> None:
    asking = answerer("```python\nx = (\n```", "```python\nx  =  (\n```", OTHER)
    asking.answer("Do.", 0)
    assert problems(asking.answer("Do.", 1).attempts) == ["repeated", None]


def test_indentation_matters() -> None:
    inside, outside = "```python\nif a:\n  b()\n  c()\n```", "```python\nif a:\n  b()\nc()\n```"
    asking = answerer(inside, outside)
    asking.answer("Do.", 0)
    assert problems(asking.answer("Do.", 1).attempts) == [None]


def test_only_so_many_answers_are_remembered() -> None:
    asking = answerer(GOOD, OTHER, SAME, memory=1)
    for step in range(3):
        assert problems(asking.answer("Do.", step).attempts) == [None]


def test_what_a_journal_held_is_not_repeated() -> None:
    asking = answerer(SAME, OTHER)
    asking.remember([attempt(GOOD)])
    assert problems(asking.answer("Do.", 0).attempts) == ["repeated", None]


def test_attempts_made_before_are_not_made_again() -> None:
    made = [replace(attempt(PROSE), problem="no code")]
    asking = answerer(GOOD)
    answer = asking.answer("Do.", 0, made=made)
    assert (answer.text, problems(answer.attempts)) == (GOOD, ["no code", None])
    assert [each.temperature for each in answer.attempts] == [0.5, 0.7]
    assert answerer().answer("Do.", 0, made=[attempt(GOOD)]).text == GOOD, "nothing is asked"


def test_an_attempt_is_the_same_after_the_journal() -> None:
    assert Attempt.of(json.loads(json.dumps(attempt(GOOD).as_dict()))) == attempt(GOOD)


def test_after_the_last_attempt_code_is_better_than_prose() -> None:
    asking = answerer(SAME, PROSE)
    asking.remember([attempt(GOOD)])
    asking_twice = answerer(SAME, PROSE, attempts=2)
    asking_twice.remember([attempt(GOOD)])
    assert asking_twice.answer("Do.", 0).text == SAME
    with pytest.raises(LLMUnreachable):
        asking.answer("Do.", 0)


def test_prose_alone_is_given_as_it_is() -> None:
    answer = answerer(PROSE, "No.", "Never.").answer("Do.", 0)
    assert answer.text == "Never."
    assert problems(answer.attempts) == ["no code"] * 3


def test_each_attempt_is_told_before_the_next_one() -> None:
    told: list[Attempt] = []
    asking = answerer(PROSE)
    with pytest.raises(LLMUnreachable):
        asking.answer("Do.", 0, on_attempt=told.append)
    assert [attempt.completion.text for attempt in told] == [PROSE]


def test_seeds_follow_from_seed_step_and_attempt() -> None:
    seeds = [answerer(GOOD).answer("Do.", step).attempts[0].seed for step in (0, 0, 1)]
    assert seeds[0] == seeds[1] != seeds[2]
    assert all(0 <= seed < 2**31 for seed in seeds)


@pytest.mark.parametrize(("start", "wanted"), [(1.1, [1.1, 1.2, 1.2]), (1.5, [1.5, 1.5, 1.5])])
def test_the_temperature_is_bounded(start: float, wanted: list[float]) -> None:
    llm = Recorded.of_texts([PROSE] * 3)
    asking = Answerer(llm=llm, seed=1, temperature=start, max_tokens=9)
    assert [attempt.temperature for attempt in asking.answer("Do.", 0).attempts] == wanted


@pytest.mark.parametrize("options", [{"attempts": 0}, {"memory": -1}])
def test_bounds_are_checked(options: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"give \d or more"):
        answerer(**options)


def test_each_attempt_takes_no_more_than_it_may() -> None:
    asking = answerer(PROSE, PROSE, PROSE)
    tokens = iter([5, 1000, None])
    allowed: list[str] = []

    def allow(query: str) -> Allowance:
        allowed.append(query)
        return Allowance(tokens=next(tokens), seconds=1)

    asking.answer("Do.", 0, allow=allow)
    assert isinstance(asking.llm, Asked)
    assert [options["max_tokens"] for options in asking.llm.options] == [5, 99, 99]
    assert allowed == asking.llm.queries


def test_what_is_denied_is_not_tried() -> None:
    def allow(query: str) -> Allowance:
        if query in denied:
            raise Denied
        denied.add("Do.")
        return Allowance()

    asking = answerer(PROSE, PROSE, GOOD)
    denied = {"Do."}
    with pytest.raises(Denied):
        asking.answer("Do.", 0, allow=allow)

    def once(query: str) -> Allowance:
        if query != "Do.":
            raise Denied
        return Allowance()

    answer = asking.answer("Do.", 0, allow=once)
    assert (answer.text, problems(answer.attempts)) == (PROSE, ["no code"])


def test_a_model_that_can_be_hurried_is() -> None:
    class Hurried(Asked):
        def within(self, seconds: float) -> LLM:
            return Recorded.of_texts([f"x = {seconds}"])

    asking = Answerer(llm=Hurried.of_texts([GOOD]), seed=1, temperature=0, max_tokens=9)
    assert asking.answer("Do.", 0, allow=lambda _: Allowance(seconds=2.5)).text == "x = 2.5"
    assert asking.answer("Do.", 1, allow=lambda _: Allowance()).text == GOOD
