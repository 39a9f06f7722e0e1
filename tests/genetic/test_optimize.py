"""Black-box optimisation with a scripted model: what it sees, and what counts as a step."""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing, suppress
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from autoagent.journal import Journal, JournalError
from autoagent.llm.llamacpp.model import LlamaCpp
from genetic import optimize
from genetic.evolve.candidate import Candidate
from genetic.evolve.proposer import Shown
from genetic.evolve.recorder import lessons
from genetic.executors import open_executor
from genetic.objective import digest, evaluated
from genetic.search.room import Room
from genetic.search.text import cut
from sandbox.extensions import ExtensionError
from sandbox.programs.evaluator import Evaluation
from tests.genetic.fakes import Model


def square(text: str) -> tuple[float, str]:
    x = json.loads(text)
    return -(x * x), f"x is {x}"


def tried(tmp_path: Path, *answers: str, **options) -> tuple[optimize.Result, Model]:
    left = iter(answers)
    model = Model(lambda query, rng: next(left))
    result = optimize.run(
        "Task.", "Next?", square, "3", llm=model, db=tmp_path / "journal.db", **options
    )
    return result, model


def block(text: str) -> str:
    return f"Let me see.\n```\n{text}\n```"


def test_it_returns_the_best_and_all_that_was_tried(tmp_path: Path) -> None:
    result, model = tried(tmp_path, block("2"), block("1"), block("5"), max_steps=3)
    assert (result.best_x, result.best_score) == ("1", -1)
    assert [(step.x, step.score) for step in result.history] == [
        ("3", -9), ("2", -4), ("1", -1), ("5", -25),
    ]  # fmt: skip
    assert "x is 2" in model.queries[1]
    assert model.queries[1].endswith("Next?")
    assert result.history[1].thinking == block("2")


def test_an_answer_without_a_block_is_asked_for_again_and_then_a_failed_step(
    tmp_path: Path,
) -> None:
    result, model = tried(tmp_path, "none", block("2"), *["none"] * 3, max_steps=2)
    assert "of no use: it has no block" in model.queries[1]
    assert [(step.x, step.score) for step in result.history] == [("3", -9), ("2", -4), (None, None)]
    assert result.history[2].feedback == "it has no block of ```"


@pytest.mark.parametrize(
    ("before", "answer", "x"),
    [
        ("[3]", "So.\n```json\n[2]\n```", "[2]"),
        ("[3]", "It was\n```\n[3]\n```\nNow\n```\n[2]\n```", "[2]"),
        ("A\n```\nx\n```", "So.\n```\nB\n```\ny\n```\nC\n```", "B\n```\ny\n```\nC"),
    ],
)
def test_a_block_counts_whatever_its_word(before: str, answer: str, x: str) -> None:
    parent = Candidate("0", before, Evaluation(score=1.0))
    assert optimize.HistoryProposer("Task.", "Next?", Room(300)).text(answer, parent) == x


def test_what_the_objective_raises_is_feedback_with_the_worst_score(tmp_path: Path) -> None:
    result, model = tried(tmp_path, block("x"), block("1"), max_steps=2)
    assert result.history[1].score is None
    assert "JSONDecodeError" in result.history[1].feedback
    assert "JSONDecodeError" in model.queries[1]
    assert result.best_x == "1"


def test_to_be_learnt_from_an_answer_must_be_better_than_all_that_was_shown(
    tmp_path: Path,
) -> None:
    answers = [block(x) for x in ("2", "5", "3.5", "x", "4", "1")]
    result, _ = tried(tmp_path, *answers, max_steps=6)
    with closing(Journal(tmp_path / "journal.db")) as journal:
        learnt = [(each["before"], each["after"]) for each in lessons(journal, result.run)]
    assert learnt == [(-9, -4), (-4, -1)]


def test_a_score_that_is_enough_ends_it(tmp_path: Path) -> None:
    result, model = tried(tmp_path, block("0"), max_steps=9, stop_score=-0.5)
    assert (result.best_x, len(model.queries)) == ("0", 1)


def test_a_run_is_taken_up_without_asking_twice(tmp_path: Path) -> None:
    first, _ = tried(tmp_path, block("2"), block("1"), max_steps=2)
    again, model = tried(tmp_path, max_steps=2, resume=first.run)
    assert (again, model.queries) == (first, [])


def test_the_oldest_is_dropped_when_there_is_no_room_and_never_the_best() -> None:
    proposer = optimize.HistoryProposer("Task.", "Next?", Room(300))
    history = [
        Candidate(str(n), f"text {n}", Evaluation(score=9.0 if n == 1 else 0.0)) for n in range(50)
    ]
    query = proposer.query(Shown(history[-1], (), history))
    assert len(query) <= 300
    assert "text 1\n" in query
    assert "text 49" in query
    assert "text 0\n" not in query


def test_a_model_is_never_asked_more_than_it_can_read(smollm2: LlamaCpp) -> None:
    room = Room(12_000, [smollm2], 512)
    proposer = optimize.HistoryProposer("Task.", "Next?", room)
    texts = [f"[{n}.0123456789, {n}.9876543210]" for n in range(300)]
    history = [
        Candidate(text, text, Evaluation(score=9.0 if n == 7 else 0.0, words={"feedback": "0" * n}))
        for n, text in enumerate(texts)
    ]
    query = proposer.query(Shown(history[-1], (), history, "0" * 5000))
    tokens = smollm2.count_query(query, proposer.frame)
    assert smollm2.context - 1200 < tokens + 512 <= smollm2.context
    assert len(query) < 3 * tokens
    assert texts[7] in query
    assert texts[299] in query


def test_the_best_is_shown_whole_whatever_was_said_of_it() -> None:
    proposer = optimize.HistoryProposer("Task.", "Next?", Room(1200))
    long = Evaluation(score=9.0, words={"feedback": "0" * 5000})
    best = Candidate("0", "x" * 800, long)
    proposer.check(best.program)
    query = proposer.query(Shown(best, (), [best, Candidate("1", "y", Evaluation(score=1.0))]))
    assert len(query) <= 1200
    assert best.program in query


def test_a_text_that_cannot_be_shown_whole_is_refused(tmp_path: Path) -> None:
    proposer = optimize.HistoryProposer("Task.", "Next?", Room(1200))
    parent, model = Candidate("0", "x", Evaluation(score=1.0)), Model(lambda query, rng: "")
    with pytest.raises(ValueError, match="cannot be shown whole .* 1200 characters; make it sho"):
        proposer.text(block("x" * 1100), parent)
    with pytest.raises(ValueError, match="write all of it"):
        proposer.text(block(cut("x" * 1100, 100)), parent)
    with pytest.raises(ValueError, match="2000000 characters cannot be shown whole"):
        optimize.run("", "", square, "1" * 2_000_000, llm=model, db=tmp_path / "db")


@pytest.mark.parametrize(
    ("said", "score", "feedback"),
    [
        (2, 2.0, ""),
        ((2, "two"), 2.0, "two"),
        ([2.5, None], 2.5, "None"),
        ("12", None, "f must return a number, or a number and words, got '12'"),
        (None, None, "f must return a number, or a number and words, got 'None'"),
        ((1, "a", "b"), None, "f must return a number, or a number and words"),
        (float("inf"), None, "the score is inf; it must be finite"),
    ],
)
def test_a_score_is_a_number_with_or_without_words(
    said: object, score: float | None, feedback: str
) -> None:
    found = evaluated(lambda x: said, "x")  # type: ignore[arg-type, return-value]
    assert found.score == score
    assert feedback in (found.problem or found.words["feedback"])


def test_an_exit_is_no_end_of_the_search(tmp_path: Path) -> None:
    assert evaluated(lambda x: sys.exit(5), "x").problem == "SystemExit: 5"

    def cancelled(text: str) -> float:
        raise asyncio.CancelledError("late")

    assert "CancelledError: late" in evaluated(cancelled, "x").problem


def test_a_run_of_another_function_is_not_gone_on_with(tmp_path: Path) -> None:
    db, model = tmp_path / "journal.db", Model(lambda query, rng: block("2"))

    def other(text: str) -> float:
        return 1.0

    found = optimize.run("t", "q", other, "3", 1, llm=model, db=db)
    with pytest.raises(JournalError, match="was begun with another f; go on with"):
        optimize.run("t", "q", square, "3", 1, llm=model, db=db, resume=found.run)
    # What is more than its source is not known again.
    again = optimize.run("t", "q", partial(square), "3", 1, llm=model, db=db, resume=found.run)
    assert again == found


@pytest.mark.parametrize(
    ("name", "value"),
    [("seed", 1), ("temperature", 0.2), ("max_tokens", 99), ("stop_score", 5), ("llm", "other")],
)
def test_what_was_another_is_refused(tmp_path: Path, name: str, value: Any) -> None:
    first, _ = tried(tmp_path, block("2"), max_steps=1, seed=3, temperature=0.5, stop_score=9)
    model = Model(lambda query, rng: block("1"))
    options = {"llm": model, name: value}
    if name == "llm":
        model.name, options["llm"] = value, model
    with pytest.raises(JournalError, match=f"was begun with another {name}: "):
        optimize.run(
            *("Task.", "Next?", square, "3"),
            db=tmp_path / "journal.db",
            resume=first.run,
            **options,
        )
    again, model = tried(tmp_path, resume=first.run)
    assert (again, model.queries) == (first, [])


def test_functions_are_told_apart_by_what_they_do() -> None:
    def same() -> list[Callable[[str], float]]:
        return [lambda x: 1.0]

    (first,), (second,) = same(), same()
    assert digest(first) == digest(second) != ""
    assert digest(lambda x: 2.0) != digest(first)
    assert digest(square) not in ("", digest(first))
    one, two = (lambda x: 1.0, lambda x: 2.0)  # of a line, which cannot be told apart
    assert digest(one) == digest(two) == digest("".count) == digest(str.count) == ""  # type: ignore[arg-type]


def counted(text: str) -> tuple[float, str]:
    x = json.loads(text)
    if x == 8:
        os._exit(3)
    return -(x * x), f"x is {x}"


def in_batches(tmp_path: Path, f: Callable[[str], Any], **options: Any) -> optimize.Result:
    numbers = iter(range(9, 0, -1))
    model = Model(lambda query, rng: block(str(next(numbers))))
    given: dict[str, Any] = {"llm": model, "db": tmp_path / "journal.db", "batch": 3} | options
    return optimize.run("Task.", "Next?", f, "10", **given)


def test_an_executor_that_is_given_is_used_as_it_is_and_stays_open(tmp_path: Path) -> None:
    with closing(open_executor("local", 2)) as here:
        lock = threading.Lock()  # which no other process could be sent

        def held(x: str) -> float:
            with lock:
                return -float(x)

        found = in_batches(tmp_path, held, executor=here, max_steps=3)
        assert found.best_score == -7
        assert here.submit(int, "3").result() == 3


def test_the_best_of_a_batch_that_was_cut_short_is_the_result(tmp_path: Path) -> None:
    searches: list[Any] = []

    def stopping(x: str) -> float:
        if x == "7":
            searches[0].pause()
        return -float(x)

    found = in_batches(tmp_path, stopping, batch=6, on_begin=searches.append)
    assert (found.cause.value, found.best_x, found.best_score) == ("paused", "7", -7)


def test_texts_of_a_batch_do_not_know_of_each_other(tmp_path: Path) -> None:
    numbers = iter(range(9, 0, -1))
    model = Model(lambda query, rng: block(str(next(numbers))))
    found = in_batches(tmp_path, square, llm=model, max_steps=5)
    assert [step.x for step in found.history] == ["10", "9", "8", "7", "6", "5"]
    shown = [re.findall(r"x is (\d+)", query) for query in model.queries]
    assert shown == [["10"]] * 3 + [["10", "9", "8", "7"]] * 2


def test_a_batch_that_steps_cut_short_goes_on(tmp_path: Path) -> None:
    short = in_batches(tmp_path, square, max_steps=4)
    longer = in_batches(tmp_path, square, batch=None, max_steps=8, resume=short.run)
    assert longer.history[:5] == short.history
    assert len(longer.history) == 9
    with pytest.raises(JournalError, match="begun with another batch: 3, not 2"):
        in_batches(tmp_path, square, batch=2, resume=short.run)


def test_other_processes_find_the_same_and_are_lost_for_one_text_alone(tmp_path: Path) -> None:
    here = in_batches(tmp_path, square, max_steps=4)
    there = in_batches(tmp_path, counted, max_steps=4, executor="process", workers=2)
    lost = there.history[2]
    assert lost.score is None
    assert "f ended the process that called it" in lost.feedback
    assert "exit status 3" in lost.feedback
    rest = [each for each in here.history if each.x != "8"]
    assert [each for each in there.history if each.x != "8"] == rest


def test_a_text_for_which_f_takes_too_long_has_no_score(tmp_path: Path) -> None:
    def hangs(text: str) -> float:
        while text == "9":
            time.sleep(0.01)
        while text == "8":
            with suppress(BaseException):  # it does not let itself be interrupted
                time.sleep(60)
        return -float(text)

    spread = {"executor": "process", "evaluation_seconds": 0.5}
    found = in_batches(tmp_path, hangs, max_steps=3, batch=1, **spread)
    assert [step.score for step in found.history] == [-10.0, None, None, -7.0]
    assert found.history[1].feedback == "f took longer than 0.5 seconds"
    assert "or took longer than 0.5 seconds" in found.history[2].feedback
    with pytest.raises(ValueError, match="nothing can end it in this one"):
        in_batches(tmp_path, square, evaluation_seconds=1.0)
    with pytest.raises(ValueError, match="evaluation_seconds must be above 0"):
        in_batches(tmp_path, square, executor="process", evaluation_seconds=0.0)


def test_texts_are_judged_side_by_side(tmp_path: Path) -> None:
    both = threading.Barrier(2, timeout=60)

    def meets(text: str) -> float:
        if text != "10":
            both.wait()
        return 1.0

    found = in_batches(tmp_path, meets, batch=2, workers=2, max_steps=4)
    assert [step.score for step in found.history] == [1.0] * 5


def test_what_cannot_be_sent_is_refused_before_anything_is_asked(tmp_path: Path) -> None:
    lock, model = threading.Lock(), Model(lambda query, rng: "")

    def locked(text: str) -> float:
        with lock:
            return 1.0

    with pytest.raises(ValueError, match=r"f cannot be sent .*lock.* leave the executor at local"):
        in_batches(tmp_path, locked, llm=model, executor="process")
    with pytest.raises(ExtensionError, match="nowhere"):
        in_batches(tmp_path, square, llm=model, executor="nowhere")
    with pytest.raises(ValueError, match="workers must be 1 or more, got 0"):
        in_batches(tmp_path, square, llm=model, workers=0)
    assert model.queries == []


def test_steps_that_are_none_are_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="max_steps must be from 1"):
        tried(tmp_path, max_steps=0)
