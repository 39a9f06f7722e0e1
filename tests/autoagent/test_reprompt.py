import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from autoagent.asker import Asker, Call
from autoagent.budget import Budget
from autoagent.llm import LLM, PYTHON, Completion, Frame, LLMUnreachable, Recorded
from autoagent.meter import Denied, Meter, SuspendedError
from autoagent.reprompt import Reprompter

GOOD = "```python\nx = 1\n```"
SAME = "So:\n```python\nx  =  1  # one\n```"
OTHER = "```python\ny = 2\n```"
PROSE = "I will not."


class Asked(Recorded):
    """Remembers what it was asked; a query takes a token for each of its words."""

    queries: list[str]
    options: list[dict[str, object]]

    def complete(self, query: str, **options: object) -> Completion:  # type: ignore[override]
        self.queries = [*getattr(self, "queries", []), query]
        self.options = [*getattr(self, "options", []), options]
        return super().complete(query, **options)  # type: ignore[arg-type]

    def count_query(self, query: str, frame: Frame = PYTHON) -> int:
        return len(query.split())


class Asking:
    """A reprompter, its model, and all that it wrote down."""

    def __init__(self, llm: LLM, *, budget: Budget | None = None, **options: Any) -> None:
        self.llm = llm
        self.meter = Meter()
        self.meter.start(budget or Budget())
        self.written: list[Call] = []
        asker = Asker(
            [llm], meter=self.meter, seed=1, record=lambda data: self.written.append(Call.of(data))
        )
        self.reprompter = Reprompter(asker, **({"temperature": 0.5, "max_tokens": 99} | options))
        self.remember = self.reprompter.remember

    def __call__(self, step: int, **options: Any) -> tuple[str, list[str | None]]:
        """Have a step answered; return the answer, and what was wrong with each attempt."""
        before = len(self.written)
        text = self.reprompter.answer("Do.", step, **options).text
        return text, [call.problem for call in self.written[before:]]


def asking(*texts: str, **options: Any) -> Asking:
    return Asking(Asked.of_texts(texts), **options)


def call(text: str) -> Call:
    completion = Completion(text=text, tokens_in=1, tokens_out=1, finish="stop", model="m")
    return Call(completion=completion, key="life.1:0", digest="d", temperature=0.5, seed=0)


def temperatures(calls: Sequence[Call]) -> list[float]:
    return [each.temperature for each in calls]


def test_a_usable_answer_is_taken_at_once() -> None:
    assert asking(GOOD, OTHER)(0) == (GOOD, [None])


def test_prose_is_asked_about_again_warmer_with_a_note_and_another_seed() -> None:
    ask = asking(PROSE, GOOD)
    assert ask(0) == (GOOD, ["no code", None])
    assert temperatures(ask.written) == [0.5, 0.7]
    assert len({each.seed for each in ask.written}) == 2
    assert [each.key for each in ask.written] == ["0:0", "0:1"]
    assert ask.meter.spent.tokens == 3 + 5
    assert isinstance(ask.llm, Asked)
    first, second = ask.llm.queries
    assert first == "Do."
    assert second.startswith("Do.\n\nYour last answer held no Python code")


def test_a_repeated_answer_is_asked_about_again() -> None:
    ask = asking(GOOD, SAME, OTHER)
    ask(0)
    assert ask(1) == (OTHER, ["repeated", None])


def test_white_space_in_broken_code_does_not_matter() -> None:
    ask = asking("```python\nx = (\n```", "```python\nx  =  (\n```", OTHER)
    ask(0)
    assert ask(1)[1] == ["repeated", None]


def test_indentation_matters() -> None:
    inside, outside = "```python\nif a:\n  b()\n  c()\n```", "```python\nif a:\n  b()\nc()\n```"
    ask = asking(inside, outside)
    ask(0)
    assert ask(1)[1] == [None]


def test_only_so_many_answers_are_remembered() -> None:
    ask = asking(GOOD, OTHER, SAME, memory=1)
    for step in range(3):
        assert ask(step)[1] == [None]


def test_what_a_journal_held_is_not_repeated() -> None:
    ask = asking(SAME, OTHER)
    ask.remember([call(GOOD)])
    assert ask(0)[1] == ["repeated", None]


def test_attempts_made_before_are_not_made_again() -> None:
    made = [replace(call(PROSE), problem="no code")]
    ask = asking(GOOD)
    assert ask(0, made=made) == (GOOD, [None])
    assert temperatures(ask.written) == [0.7]
    assert asking()(0, made=[call(GOOD)]) == (GOOD, []), "nothing is asked"


def test_a_call_is_the_same_after_the_journal() -> None:
    assert Call.of(json.loads(json.dumps(call(GOOD).as_dict()))) == call(GOOD)


def test_after_the_last_attempt_code_is_better_than_prose() -> None:
    ask = asking(SAME, PROSE)
    ask.remember([call(GOOD)])
    ask_twice = asking(SAME, PROSE, attempts=2)
    ask_twice.remember([call(GOOD)])
    assert ask_twice(0)[0] == SAME
    with pytest.raises(LLMUnreachable):
        ask(0)


def test_prose_alone_is_given_as_it_is() -> None:
    assert asking(PROSE, "No.", "Never.")(0) == ("Never.", ["no code"] * 3)


def test_each_attempt_is_told_before_the_next_one() -> None:
    told: list[Call] = []
    with pytest.raises(LLMUnreachable):
        asking(PROSE)(0, on_call=told.append)
    assert [each.completion.text for each in told] == [PROSE]


def test_seeds_follow_from_seed_step_and_attempt() -> None:
    asked = [asking(GOOD) for _ in range(3)]
    for ask, step in zip(asked, (0, 0, 1), strict=True):
        ask(step)
    seeds = [ask.written[0].seed for ask in asked]
    assert seeds[0] == seeds[1] != seeds[2]
    assert all(0 <= seed < 2**31 for seed in seeds)


@pytest.mark.parametrize(("start", "wanted"), [(1.1, [1.1, 1.2, 1.2]), (1.5, [1.5, 1.5, 1.5])])
def test_the_temperature_is_bounded(start: float, wanted: list[float]) -> None:
    ask = asking(*[PROSE] * 3, temperature=start)
    ask(0)
    assert temperatures(ask.written) == wanted


@pytest.mark.parametrize("options", [{"attempts": 0}, {"memory": -1}])
def test_bounds_are_checked(options: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"give \d or more"):
        asking(**options)


def test_each_attempt_takes_no_more_than_is_left() -> None:
    # The query takes a token, then 15 with its note; each answer takes three.
    ask = asking(PROSE, PROSE, PROSE, budget=Budget(tokens=40))
    ask(0)
    assert isinstance(ask.llm, Asked)
    notes = len(ask.llm.queries[1].split())
    allowed = [options["max_tokens"] for options in ask.llm.options]
    assert allowed == [39, 37 - notes, 34 - notes]


def test_what_the_budget_denies_is_not_tried() -> None:
    with pytest.raises(Denied):
        asking(GOOD, budget=Budget(tokens=1))(0)
    # There is enough for the query, and not for the query with a note.
    assert asking(PROSE, GOOD, budget=Budget(tokens=8))(0) == (PROSE, ["no code"])


def test_a_pause_in_the_middle_of_an_answer_is_no_denial() -> None:
    ask = asking(PROSE, GOOD)
    with pytest.raises(SuspendedError) as stopped:
        ask(0, on_call=lambda _: ask.meter.pause.set())
    assert not isinstance(stopped.value, Denied)
    assert len(ask.written) == 1


def test_a_model_that_can_be_hurried_is() -> None:
    class Hurried(Asked):
        def within(self, seconds: float) -> LLM:
            return Recorded.of_texts([f"x = {seconds < 60}"])

    assert Asking(Hurried.of_texts([GOOD]), budget=Budget(seconds=60))(0)[0] == "x = True"
    assert Asking(Hurried.of_texts([GOOD]))(0)[0] == GOOD


def test_code_that_is_objected_to_is_asked_for_again_once_and_no_warmer() -> None:
    ask = asking(GOOD, OTHER, attempts=1)
    objected = {"x = 1": "There is no x."}
    assert ask(0, objections=lambda code: objected.get(code, "")) == (OTHER, ["findings", None])
    assert temperatures(ask.written) == [0.5, 0.5]
    assert ask.llm.queries == ["Do.", "Do.\n\nThere is no x."]  # type: ignore[attr-defined]


def test_what_the_first_objection_does_not_mend_is_taken_as_it_is() -> None:
    ask = asking(GOOD, OTHER, GOOD)
    assert ask(0, objections=lambda code: "No.") == (OTHER, ["findings", "findings"])


def test_objections_leave_the_other_attempts_as_they_are() -> None:
    ask = asking(GOOD, PROSE, PROSE, OTHER, attempts=3)
    objected = {"x = 1": "No."}
    problems = ["findings", "no code", "no code", None]
    assert ask(0, objections=lambda code: objected.get(code, "")) == (OTHER, problems)


def test_code_that_was_objected_to_is_taken_where_nothing_better_comes() -> None:
    ask = asking(GOOD, PROSE, PROSE, PROSE, attempts=3)
    assert ask(0, objections=lambda code: "No.")[0] == GOOD


def test_attempts_of_before_a_life_was_taken_up_again_are_objected_to_as_then() -> None:
    ask = asking(OTHER)
    made = [replace(call(GOOD), problem="findings")]
    objected = {"x = 1": "No."}
    assert ask(0, objections=lambda code: objected.get(code, ""), made=made)[0] == OTHER
    assert ask.llm.queries == ["Do.\n\nNo."]  # type: ignore[attr-defined]
