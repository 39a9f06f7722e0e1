"""The engine as the skill of a benchmark's agent: what it finds, what it costs, what is kept."""

from contextlib import closing
from dataclasses import replace

import pytest

from autoagent.journal import Journal
from autoagent.similarity import Length, Similarity
from genetic.bench import agent_contender, unrelated
from genetic.bench.agent_contender import AgentContender
from genetic.bench.benchmark import Benchmark
from genetic.bench.contender import Setup
from genetic.bench.outcome import Mode, Outcomes
from genetic.executors import open_executor
from genetic.translate.contest import POOL, Contest
from genetic.translate.forge.shapes import is_bundled
from genetic.translate.problem import Problem
from genetic.translate.settings import Settings
from genetic.translate.tasks import BundledTask
from tests.genetic.test_skill import BETTER, MAGIC, RIGHT, SOURCE, WRONG, Model, held

TRANSLATE = "print(self.use('translate'))"
EVOLVE = f"print(self.use('skills.evolve', name='translate', patch={BETTER!r})['adopted'])"


class Watcher:
    """Counts what was found again."""

    known = 0

    def begun(self, task, mode):
        pass

    def moved(self, point):
        pass

    def finished(self, outcome, *, known):
        self.known += known


def problem(comment=""):
    (found,) = held(["echo"])
    return replace(found, open=replace(found.open, source=f"{SOURCE}//{comment}"))


def model(*steps):
    return Model(*(f"```python\nn = {n}\n{step}\n```" for n, step in enumerate(steps)))


@pytest.fixture
def setup(tmp_path):
    with closing(Journal(tmp_path / "j.db")) as journal, closing(open_executor("local")) as here:
        yield Setup(
            llm=model(),
            journal=journal,
            executor=here,
            similarity=Similarity([(Length(), 1.0)]),
            measures={"length": 1.0},
            settings=Settings(),
        )


@pytest.fixture
def small_contest(monkeypatch):
    rules = Contest(pool=tuple("abcdefgh"), load=held)
    monkeypatch.setattr(agent_contender, "contest", lambda: rules)
    return rules


def live(setup, calls, wall, *steps, comment="", learning=None):
    setup = replace(setup, llm=model(*steps))
    agent = AgentContender(problem(comment), setup, calls, wall, setup.engine, learning)
    return agent.translate(lambda point: None)


def test_what_the_engine_finds_is_the_agents(setup, wall):
    found = live(setup, 5, wall, TRANSLATE, comment=MAGIC)
    assert (found.cause, found.program, found.calls) == ("correct", RIGHT.strip(), 2)
    assert found.points[-1].calls == 2


def test_agent_and_engine_share_their_questions(setup, wall):
    found = live(setup, 5, wall, "1", TRANSLATE.replace("'translate'", "'translate', calls=99"))
    assert (found.cause, found.program, found.calls) == ("calls", WRONG.strip(), 5)


@pytest.mark.parametrize("given", ["calls=0", "calls=1.5", "calls=True", "source='x'"])
def test_a_wrong_argument_is_told_and_asks_nothing(setup, wall, given):
    found = live(setup, 2, wall, f"self.use('translate', {given})", "1")
    assert (found.cause, found.calls) == ("calls", 2)
    outcome = next(setup.journal.events(found.run, "outcome"))
    assert "give calls=N" in outcome.data["error"]


def bench(setup, tmp_path, wall, learning, *steps):
    tasks = [
        BundledTask(name, name, "easy", SOURCE, (b"ab",), (b"c\n",), b"d", "exact")
        for name in ("first", "second")
    ]
    setup = replace(setup, llm=model(*steps), learning=learning)
    watcher = Watcher()
    outcomes = Outcomes(tmp_path / "out")
    modes = [Mode.EVOLVING_SKILL]
    benchmark = Benchmark(
        tasks, modes, setup=setup, outcomes=outcomes, watcher=watcher, wall=lambda: wall
    )
    return list(benchmark.run()), watcher.known


def test_a_better_engine_is_carried_to_the_next_task(setup, tmp_path, wall, small_contest):
    steps = (TRANSLATE.replace("'translate'", "'translate', calls=2"), EVOLVE, TRANSLATE, TRANSLATE)
    found, _ = bench(setup, tmp_path, wall, 10_000, *steps)
    first, second = found
    assert [each.cause for each in found] == ["correct", "correct"]
    assert first.genome["prompts"]["translate"] == BETTER["prompts"]["translate"]
    assert (second.calls, second.learning) == (2, 0)
    assert 0 < first.learning <= small_contest.price(0)["questions"]
    assert bench(setup, tmp_path, wall, 10_000) == (found, 2)  # nobody is asked again


def test_what_searches_ask_alike_is_asked_once_for_each_seed(setup, tmp_path, wall):
    task = BundledTask("echo", "", "easy", SOURCE, (b"ab",), (b"c\n",), None, "exact")
    asking = replace(setup, llm=model(), settings=Settings(calls=3))
    watcher, modes = Watcher(), [Mode.BEST_OF_N, Mode.MENDING]
    outcomes = Outcomes(tmp_path / "out")

    def found():
        benchmark = Benchmark(
            [task],
            modes,
            setup=asking,
            outcomes=outcomes,
            watcher=watcher,
            wall=lambda: wall,
            repeats=2,
        )
        return list(benchmark.run())

    first = found()
    assert [(each.mode, each.seed, each.calls) for each in first] == [
        (mode, seed, 3) for seed in (0, 1) for mode in modes
    ]
    assert asking.llm.translations == 2 * (3 + 2)  # mending begins with the first of the drafts
    assert (found(), watcher.known) == (first, 4)
    assert asking.llm.translations == 10


def test_a_contest_that_cannot_be_paid_is_refused(setup, tmp_path, wall, small_contest):
    few = replace(setup, settings=Settings(calls=2))
    found, _ = bench(few, tmp_path, wall, 3, *[EVOLVE] * 4)
    assert [each.learning for each in found] == [0, 0]
    outcome = next(setup.journal.events(found[0].run, "outcome"))
    assert "and 3 are left for them" in outcome.data["error"]


def test_engines_compete_on_programs_that_are_no_tasks():
    rules = unrelated.contest()
    found = rules.load(rules.pool)
    assert [each.name for each in found] == list(rules.pool)
    assert not set(rules.pool) & set(POOL)
    assert not any(is_bundled(each.open.source) for each in found)
    assert all(isinstance(each, Problem) and each.hidden.tests for each in found)
    assert len({each.open.source for each in found}) == len(found)
