import threading
from collections.abc import Mapping
from typing import Any

import pytest

from autoagent.analyzers import Analysis, Subject
from autoagent.analyzers.analyst import Analyst
from autoagent.asker import Asker
from autoagent.llm import Completion, Frame, Query
from autoagent.llm.framing.query import in_words
from genetic.coder import Coder, CoderSettings
from genetic.coder.coder import Completed
from genetic.coder.conversation import Conversation

CODE = "def f():\n"


class Scripted:
    """Answers with what comes next in a list, and remembers what it was asked."""

    def __init__(self, answers: list[str], name: str = "scripted") -> None:
        self.name = name
        self.answers = list(answers)
        self.asked: list[tuple[Query, float, Frame]] = []

    def complete(self, query: Query, *, temperature: float, frame: Frame, **_: Any) -> Completion:
        self.asked.append((query, temperature, frame))
        text = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return Completion(text=text, tokens_in=3, tokens_out=2, finish="stop", model=self.name)

    def close(self) -> None: ...


class Marks:
    """Scores a completion by the number in it; one of at least 10 passes."""

    name, version, kind = "marks", "1", "critical"

    def __init__(self) -> None:
        self.seen: list[str] = []

    def analyze(self, subject: Subject, earlier: Mapping[str, Analysis]) -> Analysis:
        self.seen.append(subject.completion)
        mark = float("".join(each for each in subject.completion if each.isdigit()) or 0)
        return Analysis(
            analyzer=self.name,
            version=self.version,
            kind="critical",
            score=mark,
            passed=mark >= 10,
            message=f"only {mark:g}",
            digest=subject.digest,
        )


def block(number: int) -> str:
    return f"```python\n    return {number}\n```"


def completed(model: Scripted, *others: Scripted, key: str = "k", **settings: Any) -> Completed:
    chosen = {"style": "chat", "feedback_variant": "coworker", **settings}
    coder = Coder(Asker([model, *others]), Analyst([Marks()]), CoderSettings(**chosen))
    return coder.complete(CODE, key=key)


def test_it_stops_at_the_first_that_passes() -> None:
    model = Scripted([block(1), block(12), block(20)])
    done = completed(model)
    assert done.passing
    assert done.completion == "    return 12\n"
    assert done.loops == 2
    assert done.scores == (1, 12)
    assert done.calls == len(model.asked) == 2
    assert (done.tokens_in, done.tokens_out) == (6, 4)
    assert done.first
    assert done.first.completion == "    return 1\n"
    assert "only 1" in in_words(model.asked[1][0])


def test_it_ends_with_the_best_when_steps_are_used_up() -> None:
    done = completed(Scripted([block(5), block(3), block(4)]), max_iter=3)
    assert not done.passing
    assert done.completion == "    return 5\n"
    assert done.loops == 3


def test_the_first_model_writes_the_first_attempt_and_the_other_the_rest() -> None:
    first, rest = Scripted([block(1)], "first"), Scripted([block(2), block(10)], "rest")
    assert completed(first, rest).passing
    assert len(first.asked) == 1
    assert len(rest.asked) == 2


def test_several_choices_are_all_analysed_and_the_best_is_gone_on_with() -> None:
    model = Scripted([block(1), block(3), block(2), block(10)])
    done = completed(model, n_choices=3, max_iter=2)
    assert done.passing
    assert done.best.path == (1, 0)
    assert "only 3" in in_words(model.asked[3][0])


def test_repeats_are_asked_for_again_hotter_and_more() -> None:
    model = Scripted([block(1), *[block(1)] * 3, block(10)])
    done = completed(model, temperature=0.5)
    assert done.passing
    assert [round(each[1], 6) for each in model.asked] == [0.5, 0.5, 0.7, 0.7, 0.9, 0.9, 0.9, 0.9]
    assert done.loops == 2


def test_hotter_has_a_bound_and_a_conversation_of_repeats_stays_in_the_queue() -> None:
    model = Scripted([block(1)])
    done = completed(model, temperature=1.7, n_choices=16, max_iter=3)
    assert done.loops == 3
    assert done.completion == "    return 1\n"
    assert max(each[1] for each in model.asked) == 2.0
    again = 16 + 5 * 32  # of each step that brings nothing new
    assert done.calls == 16 + 2 * again


def test_without_unique_sampling_repeats_are_taken() -> None:
    model = Scripted([block(1)])
    done = completed(model, unique=False, max_iter=4)
    assert done.calls == 4
    assert len(done.best.path) == 1  # the earliest of the best


def test_without_backtracking_only_the_last_is_gone_on_with() -> None:
    answers = [block(5), block(4), block(1), block(2), block(3), block(10)]
    back, forth = Scripted(list(answers)), Scripted(list(answers))
    completed(back, n_choices=2, max_iter=3)
    completed(forth, n_choices=2, max_iter=3, backtracking=False)
    assert "only 4" in in_words(back.asked[4][0])
    assert "only 2" in in_words(forth.asked[4][0])


@pytest.mark.parametrize("answer", ["", "   ", "``````", "```python\n```"])
def test_an_empty_answer_is_no_completion(answer: str) -> None:
    done = completed(Scripted([answer]), max_iter=2)
    assert not done.passing
    assert done.completion == ""
    assert done.first is None
    assert done.loops == 2


@pytest.mark.parametrize(
    "answer",
    [
        "```python\ndef f():\n    return 10\n```",
        "Sure!\n```python\n    return 10\n```\nThat is it.",
        "```python\ndef f():  \n    return 10",
    ],
)
def test_a_repeated_prefix_is_left_out(answer: str) -> None:
    assert completed(Scripted([answer])).completion == "    return 10\n"


def test_raw_models_go_on_with_the_code_itself() -> None:
    opening = f"```python\n{CODE}".rstrip()  # models write line breaks with what follows
    model = Scripted([f"{opening}\n    return 10\n```"])
    done = completed(model, style="raw")
    assert done.completion == "    return 10\n"
    assert model.asked[0][2].opening == opening


def test_a_seed_and_a_key_decide_all() -> None:
    def paths(key: str) -> list[tuple[int, ...]]:
        model = Scripted([block(number % 9) for number in range(1, 40)])
        found: list[tuple[int, ...]] = []
        settings = CoderSettings(n_choices=2, max_iter=6, meta_temperature=5.0)

        def watch(number: int, best: Conversation) -> None:
            found.append(best.path)

        Coder(Asker([model]), Analyst([Marks()]), settings, on_step=watch).complete(CODE, key=key)
        return found

    assert paths("a") == paths("a")


def test_what_was_found_before_is_not_analysed_again() -> None:
    written: list[dict[str, Any]] = []
    marks = Marks()
    subject = Subject(prefix=CODE, completion="    return 3\n")
    found = Analyst([marks], record=written.append).analyse(subject)
    assert len(written) == 1
    later = Marks()
    later.version = "2"
    assert Analyst([later], known=written).analyse(subject) == found
    assert not later.seen
    Analyst([later], coworker=False, known=written).analyse(subject)
    assert later.seen


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"max_iter": 0}, "max_iter must be from 1"),
        ({"n_choices": 33}, "n_choices must be from 1 to 32"),
        ({"temperature": 2.5}, "temperature must be from"),
        ({"meta_temperature": -1.0}, "meta_temperature must be"),
        (
            {"feedback_variant": "both"},
            "unknown feedback_variant 'both'; known: separate",
        ),
        ({"style": "fim"}, "unknown style"),
    ],
)
def test_settings_have_bounds(wrong: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        CoderSettings(**wrong)


def test_without_feedback_each_step_begins_anew() -> None:
    model = Scripted([block(1), block(2), block(12)])
    done = completed(model, feedback_variant="none")
    assert done.passing
    assert done.loops == 3
    assert [query for query, *_ in model.asked] == [model.asked[0][0]] * 3


def test_without_feedback_the_other_model_writes_the_rest() -> None:
    first, rest = Scripted([block(1)], "first"), Scripted([block(2), block(10)], "rest")
    assert completed(first, rest, feedback_variant="none").passing
    assert (len(first.asked), len(rest.asked)) == (1, 2)


def test_nothing_more_is_asked_when_the_tokens_are_used_up() -> None:
    model = Scripted([block(number) for number in range(1, 10)])
    done = completed(model, most_tokens=11)  # each answer takes 5
    assert (done.calls, done.loops) == (3, 3)
    repeats = Scripted([block(1)])
    assert completed(repeats, most_tokens=11).calls == 4


class Rates:
    """Asks a model, as it says."""

    name, version, kind = "rates", "1", "score"

    def analyze(self, subject: Subject, earlier: Mapping[str, Analysis]) -> Analysis:
        return Analysis(
            analyzer=self.name,
            version=self.version,
            kind="score",
            score=0.0,
            passed=True,
            message="",
            digest=subject.digest,
            calls=1,
            tokens_in=30,
            tokens_out=20,
        )


def rated(answers: list[str], **settings: Any) -> Completed:
    chosen = CoderSettings(style="chat", **settings)
    coder = Coder(Asker([Scripted(answers)]), Analyst([Marks(), Rates()]), chosen)
    return coder.complete(CODE)


def test_what_analyzers_ask_is_paid_for_once_for_each_program() -> None:
    done = rated([block(1), block(2), block(10)])
    assert (done.calls, done.tokens_in, done.tokens_out) == (6, 3 * 33, 3 * 22)
    assert rated([block(1), block(2), block(10)], most_tokens=60).loops == 2
    assert rated([block(1)], unique=False, max_iter=3).calls == 3 + 1


def test_an_interruption_reaches_a_single_worker_and_lets_several_end() -> None:
    asked: list[threading.Thread] = []
    begun = threading.Barrier(1)

    class Slow(Scripted):
        def complete(self, query: Query, *, on_text: Any = None, **_: Any) -> Completion:
            asked.append(threading.current_thread())
            if begun.wait() == 0:
                raise KeyboardInterrupt
            while True:  # until somebody wants no more of it
                on_text("piece")

    coder = Coder(Asker([Slow([""])]), Analyst([]), CoderSettings(style="chat"))
    with pytest.raises(KeyboardInterrupt):
        coder.complete(CODE)
    assert asked == [threading.current_thread()]
    asked.clear()
    begun = threading.Barrier(2)
    settings = CoderSettings(style="chat", n_choices=2)
    several = Coder(Asker([Slow([""])], at_once=2), Analyst([]), settings, workers=2)
    with pytest.raises(KeyboardInterrupt):
        several.complete(CODE)
    assert len(asked) == 2
