"""The benchmark's own logic: what is counted, what is kept, what the numbers say."""

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from autoagent.journal import Journal
from autoagent.llm import LLMUnreachable, Recorded
from autoagent.similarity import Length, Similarity
from autoagent.stoppable import Interrupted
from genetic.algorithm import Breeding
from genetic.bench.agent_contender import AgentContender
from genetic.bench.contender import RunResult, Setup
from genetic.bench.outcome import Mode, Outcome, Outcomes, Point
from genetic.bench.report import Report
from genetic.bench.search_contender import SearchContender, by_strategy
from genetic.fitness import Fitness
from genetic.translate.problem import Problem
from genetic.translate.settings import Settings
from sandbox.session import Sandbox
from tests.genetic.fakes import GOAL, RIGHT, TASK, Here

PROBLEM = Problem("lines", "easy", TASK.with_tests(TASK.tests[:3]), TASK.with_tests(TASK.tests[3:]))


@pytest.fixture
def journal(db: Path) -> Iterator[Journal]:
    with closing(Journal(db)) as opened:
        yield opened


def setup_of(journal: Journal, *answers: str, **options: Any) -> Setup:
    return Setup(
        llm=Recorded.of_texts(answers),
        journal=journal,
        executor=Here(),
        similarity=Similarity([(Length(), 1.0)]),
        measures={"length": 1.0},
        settings=Settings(),
        **options,
    )


def attempt(program: str) -> str:
    return f"```python\nprint(self.use('attempt', program={program!r}))\n```"


def timeless(result: RunResult) -> RunResult:
    points = tuple(replace(point, seconds=0) for point in result.points)
    return replace(result, run="", seconds=0, points=points)


def ignore(point: Point) -> None:
    pass


def outcome_of(task: str, mode: Mode, exact: int, **options: Any) -> Outcome:
    fitness = Fitness(0, 1.0, float(exact), 4, exact)
    known: dict[str, Any] = {
        "level": "easy",
        "conditions": {"seed": 0},
        "run": "0123abcd",
        "cause": "calls",
        "program": "int main(void) {}",
        "open": fitness,
        "hidden": fitness,
        "calls": 5,
        "tokens": 100,
        "seconds": 1.5,
        "points": (Point(0, 2, 40, 0.5, Fitness(12, tests=4)), Point(1, 5, 100, 1.5, fitness)),
    }
    return Outcome(task=task, mode=mode, **(known | options))


@pytest.mark.parametrize("calls", [1, 4, 7])
def test_independent_translations_take_exactly_the_calls(journal: Journal, calls: int) -> None:
    setup = setup_of(journal, *(f"{RIGHT[0]}\n{n}" for n in range(9)))
    breeding = replace(setup.settings.breeding, population=3)
    settings = by_strategy(
        Mode.BEST_OF_N, replace(setup.settings, breeding=breeding, healing=1), calls
    )
    result = SearchContender(PROBLEM, setup, Mode.BEST_OF_N, settings).translate(ignore)
    assert (result.calls, result.cause) == (calls, "calls")
    assert [point.calls for point in result.points] == [*range(3, calls, 3), calls]


@pytest.mark.parametrize("mode", [Mode.MENDING, Mode.GENETIC, Mode.ADAPTIVE, Mode.REX])
def test_each_strategy_asks_all_of_its_questions(journal: Journal, mode: Mode) -> None:
    setup = setup_of(journal, *(f"{RIGHT[0]}\n{n}" for n in range(9)))
    breeding = replace(setup.settings.breeding, population=3)
    settings = by_strategy(mode, replace(setup.settings, breeding=breeding, healing=1), 7)
    result = SearchContender(PROBLEM, setup, mode, settings).translate(ignore)
    assert (result.calls, result.cause) == (7, "calls")
    keys = {event.data["key"] for event in journal.events(result.run, "call")}
    assert ("0.0.0.heal5" in keys) == (mode is Mode.MENDING)
    assert any(".mend" in key for key in keys) == (mode in (Mode.ADAPTIVE, Mode.REX))


def test_of_independent_translations_the_best_one_is_taken(journal: Journal) -> None:
    answers = ["!", "\n".join(RIGHT[:2]), RIGHT[0], "?"]
    setup = setup_of(journal, *answers)
    settings = by_strategy(Mode.BEST_OF_N, setup.settings, len(answers))
    result = SearchContender(PROBLEM, setup, Mode.BEST_OF_N, settings).translate(ignore)
    assert result.program == answers[1]


def test_an_agent_is_told_of_its_programs_and_the_best_counts(
    journal: Journal, wall: Sandbox
) -> None:
    answers = ["!", "\n".join(RIGHT[:2]), RIGHT[0], "print(self.use('attempt', text=1))"]
    texts = [*map(attempt, answers[:3]), answers[3]]
    points: list[Point] = []
    contender = AgentContender(PROBLEM, setup_of(journal, *texts), 4, wall)
    result = contender.translate(points.append)
    assert (result.cause, result.calls, result.program) == ("calls", 4, answers[1])
    assert [point.fitness.exact for point in points] == [0, 2, 2, 2]
    assert tuple(points) == result.points
    told = [event.data for event in journal.events(result.run, "outcome")]
    assert "error!" in told[0]["stdout"]
    assert "2 of 3 tests match. Score: 0." in told[1]["stdout"]
    assert "give program='...'" in told[3]["error"]


def test_an_agent_stops_when_its_program_is_right(journal: Journal, wall: Sandbox) -> None:
    result = AgentContender(PROBLEM, setup_of(journal, attempt(GOAL), "1"), 9, wall).translate(
        ignore
    )
    assert (result.cause, result.calls, result.program) == ("correct", 1, GOAL)


def test_every_answer_of_an_agent_counts_usable_or_not(journal: Journal, wall: Sandbox) -> None:
    setup = setup_of(journal, *["I would rather not."] * 9)
    result = AgentContender(PROBLEM, setup, 4, wall).translate(ignore)
    assert (result.cause, result.calls, result.program) == ("calls", 4, "")


def test_the_same_answers_lead_to_the_same_outcome(journal: Journal, wall: Sandbox) -> None:
    def agent() -> RunResult:
        return AgentContender(PROBLEM, setup_of(journal, *texts), 3, wall).translate(ignore)

    def engine() -> RunResult:
        setup = setup_of(journal, *(f"{RIGHT[0]}\n{n}" for n in range(40)))
        settings = Settings(generations=3, breeding=Breeding(population=3), healing=1)
        return SearchContender(PROBLEM, setup, Mode.ENGINE, settings).translate(ignore)

    texts = [*map(attempt, ("!", RIGHT[0], "\n".join(RIGHT[:2])))]
    assert timeless(engine()) == timeless(engine())
    assert timeless(agent()) == timeless(agent())


def test_a_model_that_is_gone_makes_no_outcome(journal: Journal, wall: Sandbox) -> None:
    for contender in (
        SearchContender(PROBLEM, setup_of(journal), Mode.ENGINE),
        AgentContender(PROBLEM, setup_of(journal), 3, wall),
    ):
        with pytest.raises(LLMUnreachable):
            contender.translate(ignore)


def test_what_is_paused_makes_no_outcome(journal: Journal, wall: Sandbox) -> None:
    for contender in (
        SearchContender(PROBLEM, setup_of(journal), Mode.ENGINE),
        AgentContender(PROBLEM, setup_of(journal), 3, wall),
    ):
        contender.pause()
        with pytest.raises(Interrupted):
            contender.translate(ignore)


def test_nothing_hidden_is_in_the_journal(journal: Journal, wall: Sandbox) -> None:
    setup = setup_of(journal, *[attempt(RIGHT[0])] * 3)
    runs = [
        AgentContender(PROBLEM, setup, 2, wall).translate(ignore).run,
        SearchContender(
            PROBLEM, setup, Mode.BEST_OF_N, by_strategy(Mode.BEST_OF_N, setup.settings, 1)
        )
        .translate(ignore)
        .run,
    ]
    written = json.dumps([event.data for run in runs for event in journal.events(run)])
    names = [test.name for test in PROBLEM.hidden.tests]
    assert not any(json.dumps(name) in written for name in names)
    assert not any(word in written for word in ("line four", "line five", "line six"))


def test_an_outcome_is_found_again_by_its_conditions(tmp_path: Path) -> None:
    outcomes = Outcomes(tmp_path / "new" / "folder")
    outcome = outcome_of("digits", Mode.AGENT, 3)
    outcomes.keep(outcome)
    assert outcomes.find("digits", Mode.AGENT, {"seed": 0}) == outcome
    assert outcomes.find("digits", Mode.AGENT, {"seed": 1}) is None
    assert outcomes.find("digits", Mode.ENGINE, {"seed": 0}) is None


@pytest.mark.parametrize("damage", ["", "{}", "[]", '{"task": 1}'])
def test_a_damaged_outcome_is_named(tmp_path: Path, damage: str) -> None:
    outcomes = Outcomes(tmp_path)
    outcomes.keep(outcome_of("digits", Mode.AGENT, 3))
    (file,) = (tmp_path / "outcomes").iterdir()
    file.write_text(damage)
    with pytest.raises(ValueError, match=f"{file.name} cannot be used"):
        outcomes.find("digits", Mode.AGENT, {"seed": 0})


def test_a_report_says_how_far_the_engine_leads() -> None:
    outcomes = [
        *(outcome_of(f"t{n}", Mode.ENGINE, 4) for n in range(6)),
        *(outcome_of(f"t{n}", Mode.BEST_OF_N, 2) for n in range(5)),
    ]
    report = Report(outcomes, {"model": "m"})
    data = json.loads(json.dumps(report.as_dict()))
    assert data["modes"]["engine"]["hidden"]["value"] == 1.0
    assert data["modes"]["best-of-n"]["solved"]["value"] == 0.0
    lead = data["engine_leads"]["best-of-n"]
    assert (lead["tasks"], lead["difference"]["value"]) == (5, 0.5)
    assert lead["p_value"] == pytest.approx(1 / 2**5)
    assert "agent" not in data["modes"]
    assert Outcome.of(data["outcomes"][0]) == outcomes[0]
    text = report.markdown()
    assert "| engine | 6 | 100.0% [100.0%, 100.0%] |" in text
    assert "| t0 | engine | 0 | 12 |" in text


def test_strategies_are_compared_with_best_of_n_on_what_both_have() -> None:
    def repeated(task: str, mode: Mode, *exact: int, **options: Any) -> list[Outcome]:
        return [
            outcome_of(task, mode, right, conditions={"seed": seed}, **options)
            for seed, right in enumerate(exact)
        ]

    outcomes = [
        *repeated("a", Mode.BEST_OF_N, 0, 4, level="easy"),
        *repeated("a", Mode.REX, 4, 4, level="easy"),
        *repeated("b", Mode.BEST_OF_N, 0, 2, level="given"),
        *repeated("b", Mode.REX, 2, level="given"),
    ]
    report = Report(outcomes, {})
    rex = report.modes[Mode.REX]
    assert (rex.tasks, rex.solved.value, rex.hidden.value, rex.calls) == (2, 0.5, 0.75, 15)
    ahead = report.over_best_of_n[Mode.REX]
    assert (ahead.solved.tasks, ahead.solved.difference.value) == (2, 0.25)
    assert ahead.hidden.difference.value == 0.5  # of b, the second seed does not count
    assert report.levels["easy"][Mode.REX].solved.value == 1.0
    text = report.markdown()
    assert "| rex | 2 | +25.0% [" in text
    assert "| easy | 1 | 50% | 100% [" in text
    assert report.summary()["over_best_of_n"]["rex"]["solved"]["tasks"] == 2


def test_a_picture_is_drawn(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    from genetic.bench.plot import draw

    found = [outcome_of("t", mode, 2) for mode in Mode]
    draw([*found, outcome_of("u", Mode.ENGINE, 1, points=())], tmp_path / "a.png")
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG\r\n\x1a\n")


def test_a_picture_replaces_a_planted_link(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    from genetic.bench.plot import draw

    precious, picture = tmp_path / "precious", tmp_path / "a.png"
    precious.write_text("mine")
    picture.symlink_to(precious)
    draw([outcome_of("t", Mode.ENGINE, 1)], picture)
    assert precious.read_text() == "mine"
    assert picture.read_bytes().startswith(b"\x89PNG")
