"""A search with an evaluator: what it asks, what it makes of answers, how it is taken up again."""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from autoagent.journal import Journal, JournalError
from autoagent.llm.llamacpp.model import LlamaCpp
from autoagent.similarity import Pair, Rating
from genetic.cli.evolve_runs import EvolveRuns
from genetic.evolve.marks import END, START, changing
from genetic.evolve.plan import Plan
from genetic.evolve.proposer import EDIT, Improver
from genetic.evolve.recorder import LONGEST, born
from genetic.evolve.settings import Settings
from genetic.search.journalled import Finish
from genetic.search.room import Room
from genetic.search.text import MARKER, cut
from genetic.search.watcher import Unwatched
from sandbox.programs.evaluator import Evaluation
from tests.genetic.evolve.world import ended, run_of, stepping, value
from tests.genetic.strangers import add


@pytest.mark.parametrize("calls", [1, 8])
@pytest.mark.parametrize("at_once", [1, 3])
def test_a_budget_of_calls_is_honoured_exactly(tmp_path: Path, calls: int, at_once: int) -> None:
    search, model = run_of(tmp_path, calls=calls, at_once=at_once)
    lineage = ended(search)
    assert len(model.queries) == calls == lineage[-1]["calls"]
    assert search.finished is not None
    assert search.finished.cause is Finish.CALLS


def test_it_finds_something_better(tmp_path: Path) -> None:
    search, _ = run_of(tmp_path, calls=40)
    lineage = ended(search)
    assert lineage[0] == {
        "name": "0.0.0", "parents": [], "score": -99.0, "problem": "", "calls": 0, "best": -99.0,
        "program": "1",
    }  # fmt: skip
    assert lineage[-1]["best"] > -80


def test_each_text_is_written_down_with_its_birth(tmp_path: Path) -> None:
    long = "0" * LONGEST

    def answer(query: str, rng: random.Random) -> str:
        return next(said)

    said = iter(["```\n2\n```", f"```\n3{long}\n```", "no block"])
    search, _ = run_of(tmp_path, calls=3, answer=answer, retries=0)
    ended(search)
    with closing(Journal(tmp_path / "journal.db", read_only=True)) as journal:
        assert [each["program"] for each in born(journal, search.run_id)] == ["1", "2", None, None]


def test_births_that_are_written_down_without_their_texts_are_not_written_again(
    tmp_path: Path,
) -> None:
    search, _ = run_of(tmp_path, calls=9)
    write = search.recorder._write

    def former(*events: tuple[str, dict[str, Any]]) -> None:
        for _, data in events:
            data.pop("program" if "parents" in data else "", None)
        write(*events)

    search.recorder._write = former
    ended(search)
    again, _ = run_of(tmp_path, calls=9, run=search.run_id)
    assert ended(again)[1]["program"]
    with closing(Journal(tmp_path / "journal.db", read_only=True)) as journal:
        names = [each.data["name"] for each in journal.events(search.run_id, "born")]
    assert len(names) == len(set(names))


def test_what_is_born_does_not_depend_on_how_many_are_born_at_once(tmp_path: Path) -> None:
    (tmp_path / "alone").mkdir()
    alone, _ = run_of(tmp_path / "alone", calls=16)
    together, _ = run_of(tmp_path, calls=16, at_once=4)
    assert ended(alone) == ended(together)


class Killed(BaseException):
    """As good as kill -9: nothing is written after it."""


@pytest.mark.parametrize("after", [0, 5, 11])
def test_taken_up_after_a_kill_it_ends_as_if_undisturbed(tmp_path: Path, after: int) -> None:
    (tmp_path / "undisturbed").mkdir()
    undisturbed, model = run_of(tmp_path / "undisturbed", calls=15)
    expected = ended(undisturbed)
    asked = itertools.count()

    def dying(query: str, rng: random.Random) -> str:
        if next(asked) == after:
            search._journal.append = lambda *events: None  # type: ignore[method-assign]
            raise Killed
        return stepping(query, rng)

    search, _ = run_of(tmp_path, calls=15, answer=dying)
    with pytest.raises(Killed):
        search.run(Unwatched())
    search._journal.close()
    again, rest = run_of(tmp_path, calls=15, run=search.run_id)
    assert ended(again) == expected
    assert len(rest.queries) == len(model.queries) - after
    assert again.finished is not None
    assert undisturbed.finished is not None
    assert again.finished.described == undisturbed.finished.described


def test_what_is_judged_while_it_is_killed_is_not_believed(tmp_path: Path) -> None:
    def killed(program: str) -> Evaluation:
        if program != "1":
            search.kill()
            return Evaluation(score=None, problem="the jail failed")
        return value(program)

    search, _ = run_of(tmp_path, calls=4, batch=1, evaluate=killed)
    ended(search)
    with closing(Journal(tmp_path / "journal.db", read_only=True)) as journal:
        written = [each.data for each in journal.events(search.run_id, "evaluation")]
    assert [each["score"] for each in written] == [-99.0]
    again, _ = run_of(tmp_path, calls=4, batch=1, run=search.run_id)
    assert not [each for each in ended(again) if "jail" in each["problem"]]


@pytest.mark.parametrize(("first", "at_once"), [(1, 1), (6, 1), (7, 3), (8, 1), (9, 1), (10, 3)])
def test_with_more_calls_it_goes_on_as_if_it_had_had_them(
    tmp_path: Path, first: int, at_once: int
) -> None:
    (tmp_path / "whole").mkdir()
    whole, _ = run_of(tmp_path / "whole", calls=15)
    expected = ended(whole)
    search, model = run_of(tmp_path, calls=first, at_once=at_once)
    ended(search)
    again, rest = run_of(tmp_path, calls=15, run=search.run_id, at_once=at_once)
    assert ended(again) == expected
    assert len(model.queries) + len(rest.queries) == 15
    with closing(Journal(tmp_path / "journal.db", read_only=True)) as journal:
        assert [*born(journal, search.run_id)] == expected
        made = {
            each.data["number"]: each.data["births"]
            for each in journal.events(search.run_id, "generation")
        }
        assert sum(made.values()) == len(expected)


@pytest.mark.parametrize(("population", "batch"), [(4, 1), (4, 2), (5, 2), (5, 4)])
def test_islands_complete_their_generations_together_and_exchange_their_best(
    tmp_path: Path, population: int, batch: int
) -> None:
    search, _ = run_of(
        tmp_path, calls=20 * population, islands=2, population=population, batch=batch
    )
    ended(search)
    with closing(Journal(tmp_path / "journal.db", read_only=True)) as journal:
        rows = [each.data for each in journal.events(search.run_id, "generation")]
    assert [each["births"] for each in rows[:6]] == [2 * population] * 6
    assert rows[5]["migrations"] == 1


@pytest.mark.parametrize(
    ("settings", "goes_on"),
    [({}, True), ({"islands": 2}, False), ({"population": 1}, False)],
)
def test_a_run_that_was_searched_by_other_rules_is_not_gone_on_with(
    tmp_path: Path, settings: dict[str, int], goes_on: bool
) -> None:
    search, _ = run_of(tmp_path, **settings)
    with closing(search._journal) as journal:
        begun = next(journal.events(search.run_id, "run")).data
        assert Plan.read(journal, search.run_id).settings.islands == settings.get("islands", 1)
        del begun["rules"]
        former = journal.begin(begun)
        if goes_on:
            assert Plan.read(journal, former).program == "1"
        else:
            with pytest.raises(JournalError, match="is of another version"):
                Plan.read(journal, former)


def test_an_evaluator_of_which_each_word_is_another_is_taken_up_all_the_same(
    tmp_path: Path,
) -> None:
    times = itertools.count()

    def timed(program: str) -> Evaluation:
        return Evaluation(score=value(program).score, words={"seconds": f"{next(times)}"})

    search, _ = run_of(tmp_path, calls=10, evaluate=timed)
    lineage = ended(search)
    judged = next(times)
    again, model = run_of(tmp_path, calls=10, evaluate=timed, run=search.run_id)
    assert ended(again) == lineage
    assert (model.queries, next(times)) == ([], judged + 1)


class SameLength:
    """Texts of one length are alike."""

    name = "length"

    def rate(self, pairs: Sequence[Pair]) -> list[Rating | None]:
        return [Rating(float(len(one) == len(other))) for one, other in pairs]


def test_a_strangers_word_on_what_programs_are_worth_is_not_taken(tmp_path: Path) -> None:
    search, _ = run_of(tmp_path, calls=8)
    ended(search)
    fitness = {"score": 0.0, "problem": "", "more": 1}
    add(
        tmp_path / "journal.db",
        search.run_id,
        ("best", {"name": "9", "program": "100", "fitness": fitness}),
    )
    judged: list[str] = []

    def watched(program: str) -> Evaluation:
        judged.append(program)
        return value(program)

    again, other = run_of(tmp_path, calls=8, run=search.run_id, evaluate=watched)
    again.run(Unwatched())
    assert again.finished is not None
    assert again.finished.best is not None
    assert search.finished is not None
    assert again.finished.best.program == search.finished.best.program != "100"
    assert judged
    assert not other.queries
    with pytest.raises(JournalError, match=f"autoagent trust {search.run_id} --db"):
        EvolveRuns().examples(again._journal, search.run_id)


@pytest.mark.parametrize("suffix", ["/../../stolen.py", "/x", ".py\0", "\n", "." + "x" * 200])
def test_what_a_program_is_called_leads_to_no_other_folder(tmp_path: Path, suffix: str) -> None:
    with closing(Journal(tmp_path / "journal.db")) as journal:
        run = journal.begin(
            Plan(name="n", suffix="", program="1", evaluator="", models=("m",)).as_dict()
            | {"suffix": suffix}
        )
        with pytest.raises(JournalError, match="the end of its name must be one of a file"):
            Plan.read(journal, run)


def test_a_text_that_is_too_much_like_another_is_of_no_use(tmp_path: Path) -> None:
    left = itertools.chain(["20", "31", "500"], itertools.repeat("7"))
    search, model = run_of(
        tmp_path, answer=lambda query, rng: f"So.\n```\n{next(left)}\n```", calls=3, batch=1,
        alike=0.5, likeness=SameLength(),
    )  # fmt: skip
    lineage = ended(search)
    assert [each["score"] for each in lineage] == [-99.0, -80.0, -400.0]
    assert "too much like a text that was tried" in model.queries[2]


def test_of_a_program_with_marks_only_what_may_change_is_compared() -> None:
    assert changing(f"a\n# {START}\nb\nc\n# {END}\nd") == "b\nc"
    assert changing("a\nb") == "a\nb"


def test_an_answer_of_no_use_is_asked_for_again_with_the_reason(tmp_path: Path) -> None:
    answers = iter(["nothing", "```\n2\n```", "```\n2\n```", "```\n3\n```", "none", "none"])
    search, model = run_of(tmp_path, calls=6, batch=1, answer=lambda query, rng: next(answers))
    lineage = ended(search)
    assert "of no use: it has no block" in model.queries[1]
    assert "of no use: it is a text that was tried before" in model.queries[3]
    assert [(each["calls"], each["score"]) for each in lineage] == [
        (0, -99), (2, -98), (4, -97), (6, None),
    ]  # fmt: skip
    assert lineage[-1]["problem"] == "it has no block of ```"


def test_an_answer_that_broke_off_is_told_with_its_own_length(tmp_path: Path) -> None:
    search, model = run_of(tmp_path, calls=2, batch=1)
    model._finish = "length"
    ended(search)
    assert "of no use: it broke off after 3 tokens; be shorter" in model.queries[1]


@pytest.mark.parametrize(
    ("program", "answer", "text"),
    [
        ("Be kind.", "So.\n```markdown\nBe brief.\n```", "Be brief."),
        ("Be kind.", "```\nLike:\n```\nx\n```\nBe brief.\n```", "Like:\n```\nx\n```\nBe brief."),
    ],
)
def test_prose_may_have_any_word_at_its_fence_and_fences_of_its_own(
    tmp_path: Path, program: str, answer: str, text: str
) -> None:
    judged: list[str] = []

    def evaluate(candidate: str) -> Evaluation:
        judged.append(candidate)
        return Evaluation(score=1.0)

    search, model = run_of(
        tmp_path, program=program, calls=2, batch=1, population=1, inspirations=0,
        evaluate=evaluate, answer=lambda query, rng: answer,
    )  # fmt: skip
    ended(search)
    assert judged[2:] == [text]
    assert "```\nBe kind.\n```" in model.queries[0]


def test_a_population_of_one_keeps_the_better_one(tmp_path: Path) -> None:
    search, _ = run_of(tmp_path, calls=60, population=1, program="90")
    ended(search)
    worth: dict[str, float] = {}
    for each in search.history:
        scores = [worth[name] for name in each.parents[:1]]
        best = max(worth.values(), default=-10.0)
        assert all(score in (best, -10.0) for score in scores), "of the best one, or begun anew"
        worth[each.name] = -math.inf if each.score is None else each.score
    assert max(worth.values()) > -10
    lessons = [each for candidate in search.history for each in candidate.lessons]
    assert lessons
    assert all(each.before is not None and each.before < each.after for each in lessons)


def test_what_has_fences_is_shown_in_a_longer_one(tmp_path: Path) -> None:
    like = "Like:\n```\nx\n```"
    search, model = run_of(tmp_path, program=like, calls=1, answer=lambda query, rng: "5")
    ended(search)
    assert "````\nLike:\n```\nx\n```\n````" in model.queries[0]


def test_edits_are_applied_and_what_applies_nowhere_is_told(tmp_path: Path) -> None:
    edit = "<<<<<<< SEARCH\n{}\n=======\n7\n>>>>>>> REPLACE"
    answers = iter([edit.format("x"), edit.format("1")])
    search, model = run_of(tmp_path, calls=2, diff=True, answer=lambda query, rng: next(answers))
    assert ended(search)[-1]["score"] == -93
    assert search._proposer.frame is EDIT
    assert "edit 1 applies nowhere" in model.queries[1]


def test_what_the_evaluator_says_and_other_programs_are_shown(tmp_path: Path) -> None:
    search, model = run_of(tmp_path, calls=20)
    ended(search)
    assert "note: it is 1" in model.queries[0]
    assert "Others that were tried:" in model.queries[-1]


def test_a_score_that_is_enough_ends_it(tmp_path: Path) -> None:
    search, model = run_of(tmp_path, calls=100, stop_score=-95.0)
    ended(search)
    assert search.finished is not None
    assert search.finished.cause is Finish.REACHED
    assert len(model.queries) < 100


def test_an_evaluator_that_fails_or_differs_is_remarked_and_not_fatal(tmp_path: Path) -> None:
    remarks: list[str] = []
    search, _ = run_of(
        tmp_path, program="x", calls=4, remark=remarks.append, answer=lambda query, rng: query
    )
    assert all(each["score"] is None for each in ended(search))
    assert remarks == ["the program itself has no score: 'x' is no number"]
    scores = itertools.count()
    differing, _ = run_of(
        tmp_path,
        calls=1,
        evaluate=lambda program: Evaluation(score=float(next(scores))),
        remark=remarks.append,
    )
    ended(differing)
    assert remarks[1:] == ["the evaluator differs between calls: 0.0 and 1.0 for the same program"]


def test_where_nothing_has_a_score_the_users_own_stays_the_best(tmp_path: Path) -> None:
    search, _ = run_of(
        tmp_path, program="x", calls=3, answer=lambda query, rng: f"```\n{rng.random()}!\n```"
    )
    assert [each["score"] for each in ended(search)] == [None] * 4
    assert search.finished is not None
    assert search.finished.best is search.history[0]


MARKED = "a\n# EVOLVE-BLOCK-START\nb\n# EVOLVE-BLOCK-END\nc\n"


@pytest.mark.parametrize(
    ("answer", "program"),
    [
        ("```\nB\n```", MARKED.replace("b\n", "B\n")),
        (f"```\n{MARKED.replace('b', 'B')}```", MARKED.replace("b\n", "B\n")),
        (f"```\n{MARKED.replace('c', 'C')}```", None),
        ("```\n# EVOLVE-BLOCK-START\nx\n```", None),
    ],
)
def test_only_what_is_between_marks_is_changed(
    tmp_path: Path, answer: str, program: str | None
) -> None:
    judged: list[str] = []

    def evaluate(text: str) -> Evaluation:
        judged.append(text)
        return Evaluation(score=1.0)

    search, _ = run_of(
        tmp_path, program=MARKED, calls=1, evaluate=evaluate, answer=lambda query, rng: answer
    )
    ended(search)
    assert judged[2:] == ([] if program is None else [program])


def asked_once(tmp_path: Path, program: str, answer: str, **options: Any) -> tuple[list[str], str]:
    """Return what is judged beside a program after one answer, and the question."""
    judged: list[str] = []
    tmp_path.mkdir(exist_ok=True)

    def evaluate(text: str) -> Evaluation:
        judged.append(text)
        return Evaluation(score=1.0, words={"long": "word " * 1000})

    search, model = run_of(
        tmp_path, program=program, calls=1, evaluate=evaluate, answer=lambda query, rng: answer,
        **options,
    )  # fmt: skip
    ended(search)
    return judged[2:], model.queries[0]


@pytest.mark.parametrize("answer", ["```\nB\n```", f"```\n{MARKED.replace('b', 'B')}```"])
def test_a_program_keeps_the_ends_of_its_lines(tmp_path: Path, answer: str) -> None:
    program = MARKED.replace("\n", "\r\n")
    judged, query = asked_once(tmp_path, program, answer)
    assert judged == [program.replace("b\r\n", "B\r\n")]
    assert "\r" not in query


@pytest.mark.parametrize("answer", ["```\nB\n```", f"```\n{MARKED.replace('b', 'B')}```"])
def test_ends_that_are_not_alike_become_plain(tmp_path: Path, answer: str) -> None:
    judged, _ = asked_once(tmp_path, MARKED.replace("\n", "\r\n", 1), answer)
    assert judged == [MARKED.replace("b\n", "B\n")]


def test_edits_keep_the_ends_of_lines(tmp_path: Path) -> None:
    edit = "<<<<<<< SEARCH\na\nb\n=======\nc\nd\n>>>>>>> REPLACE"
    assert asked_once(tmp_path, "a\r\nb\r\n", edit, diff=True)[0] == ["c\r\nd\r\n"]


def test_a_program_is_shown_whole_or_else_all_of_it_that_may_change(tmp_path: Path) -> None:
    program = "x = 1\n" * 500
    _, query = asked_once(tmp_path / "1", program, "no block", prompt_chars=4000)
    assert program in query
    assert len(query) <= 4000
    around = program + "# EVOLVE-BLOCK-START\nb\n# EVOLVE-BLOCK-END\n" + program
    judged, query = asked_once(tmp_path / "2", around, "```\nB\n```", prompt_chars=4000)
    assert judged == [around.replace("b\n", "B\n")]
    assert "\n# EVOLVE-BLOCK-START\nb\n# EVOLVE-BLOCK-END\n" in query
    assert "without these two lines" in query
    assert 2000 < len(query) <= 4000


def test_what_was_left_out_gets_into_no_program(tmp_path: Path) -> None:
    program = "x = 1\n" * 2000
    whole = f"```\n{cut(program, 100)}\n```"
    assert asked_once(tmp_path / "1", program, whole, prompt_chars=20_000)[0] == []
    edit = f"<<<<<<< SEARCH\nx = 2\n=======\n{cut(program, 100)}\n>>>>>>> REPLACE"
    once = program + "x = 2\n"
    judged, query = asked_once(tmp_path / "2", once, edit, prompt_chars=4000, diff=True)
    assert judged == []
    assert MARKER in query  # edits are possible though the middle is not seen
    with pytest.raises(ValueError, match="has 12000 characters, and it cannot be shown whole"):
        Improver(diff=False, room=Room(4000)).check(program)


def test_a_program_has_no_more_tokens_than_the_model_can_read(smollm2: LlamaCpp) -> None:
    improver = Improver(diff=False, room=Room(20_000, [smollm2], 1024))
    improver.check("314 159\n" * 200)
    with pytest.raises(ValueError, match="cannot be shown whole: .* and [0-9]+ tokens"):
        improver.check("314 159\n" * 1000)


def test_white_space_is_part_of_a_text(tmp_path: Path) -> None:
    python = "if a:\n    b()\n    c()\n"
    answer = "```\nif a:\n    b()\nc()\n```"
    judged, _ = asked_once(tmp_path / "1", python, answer)
    assert judged == ["if a:\n    b()\nc()\n"]
    same = "```\nif a:  \n    b()\n    c()\n\n```"
    assert asked_once(tmp_path / "2", python, same)[0] == []


@pytest.mark.parametrize(
    ("program", "told"),
    [
        ("# EVOLVE-BLOCK-START\n# EVOLVE-BLOCK-START", "line 2: EVOLVE-BLOCK-START within another"),
        ("# EVOLVE-BLOCK-END", "line 1: EVOLVE-BLOCK-END without"),
        ("# EVOLVE-BLOCK-START", "EVOLVE-BLOCK-START without EVOLVE-BLOCK-END"),
    ],
)
def test_marks_that_are_nested_or_alone_are_named(tmp_path: Path, program: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        run_of(tmp_path, program=program)


@pytest.mark.parametrize(
    "wrong",
    [
        {"calls": 0},
        {"batch": 0},
        {"temperature": 3.0},
        {"stop_score": "high"},
        {"stop_score": math.nan},
        {"alike": True},
    ],
)
def test_settings_that_are_out_of_range_are_named(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Settings(**wrong)


def test_a_search_that_goes_on_with_no_settings_is_told_as_damaged(tmp_path: Path) -> None:
    search, _ = run_of(tmp_path, calls=2)
    ended(search)
    add(tmp_path / "journal.db", search.run_id, ("resume", []))
    with pytest.raises(JournalError, match=r"is damaged: event \d+ \(resume\) names no settings"):
        run_of(tmp_path, calls=4, run=search.run_id)
