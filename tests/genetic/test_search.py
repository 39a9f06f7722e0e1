"""The search as a whole: what decides its result, and what each of its features does."""

from __future__ import annotations

import pytest

from autoagent.asker import Asker, Call
from genetic.search.watcher import Generation
from genetic.translate.prompts import Prompts
from genetic.translate.search import Search
from tests.genetic.fakes import (
    GOAL,
    RIGHT,
    Heard,
    Here,
    Model,
    judge_of,
    ran,
    search_of,
    settings_of,
    writer,
)

AT_ONCE = (1, 2, 8)


def told(generations: list[Generation]) -> list[object]:
    """Return all of generations that must be the same in each run."""
    return [
        (
            each.number,
            each.best.name,
            each.best.program,
            each.best.fitness.key,
            [(candidate.name, candidate.seed, candidate.program) for candidate in each.islands],
            each.births,
            # Births that are given up have asked more or less until then.
            each.calls if each is not generations[-1] else None,
            [(born.name, born.program, born.parents, born.lessons) for born in each.born],
            (each.migrations, each.restarts, each.resurrections),
        )
        for each in generations
    ]


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"until_correct": False, "generations": 3},
        {"islands": 3, "migrate_every": 1},
        {"novelty": None, "mutation_rate": 0.05},
        {"calls": 60, "islands": 2},
        {"explain": True},
        *({"strategy": "genetic"} | more for more in ({}, {"islands": 3, "migrate_every": 1})),
        {"batch": 4, "generations": 9},
        {"batch": 4, "islands": 3, "migrate_every": 1, "until_correct": False},
    ],
    ids=str,
)
def test_the_result_does_not_depend_on_how_many_questions_are_open(changed):
    def search(at_once):
        models = [Model(writer(q, 0.6), delay=0.002) for q in (0.2, 0.4)]
        search = search_of(*models, settings=settings_of(**changed), at_once=at_once)
        return told(ran(search)), search.best.program, search.best.fitness.key

    results = [search(at_once) for at_once in AT_ONCE]
    assert results[0] == results[1] == results[2]


def test_the_best_is_not_that_of_a_birth_that_was_given_up():
    """Several births reach the goal at once; the first one counts, not the fastest or leanest."""

    def answer(query, rng):
        return GOAL + "\n" * rng.randrange(1, 9) + f"// {rng.random()}"

    def best(at_once):
        settings = settings_of(novelty=None)
        search = search_of(Model(answer, delay=0.01), settings=settings, at_once=at_once, seed=1)
        ran(search)
        return search.best.name, search.best.program

    assert best(8) == best(1)
    assert best(8)[0] == "0.0.0"


def test_whoever_is_told_of_better_programs_ends_with_the_best():
    heard = Heard()
    search = search_of(
        Model(writer(0.3, 0.5), delay=0.002),
        settings=settings_of(),
        at_once=8,
        watcher=heard,
    )
    (*_, last) = ran(search)
    assert heard.better_ones[-1].program == search.best.program == last.best.program


def test_another_seed_is_another_search():
    def programs(seed):
        return told(ran(search_of(Model(writer(0.2, 0.2)), settings=settings_of(), seed=seed)))

    assert programs(1) == programs(1) != programs(2)


def test_no_more_questions_are_open_than_allowed():
    for at_once in AT_ONCE:
        model = Model(writer(0.2, 0.2), delay=0.002)
        ran(search_of(model, settings=settings_of(islands=2, generations=2), at_once=at_once))
        assert model.most_at_once <= at_once


def test_until_correct_ends_with_the_first_correct_program():
    def generations(until_correct):
        model = Model(writer(0.5))
        return ran(search_of(model, settings=settings_of(until_correct=until_correct)))

    assert generations(True)[-1].best.fitness.correct
    assert len(generations(True)) == 1
    assert len(generations(False)) == 4


def test_after_the_goal_the_faster_program_wins():
    """In this world a shorter program is a faster one."""

    def answer(query, rng):
        return GOAL + "\n" + "x" * rng.randrange(1, 50)

    first = search_of(Model(answer), settings=settings_of())
    fastest = search_of(Model(answer), settings=settings_of(until_correct=False))
    ran(first)
    ran(fastest)
    assert first.best.fitness.correct
    assert fastest.best.fitness.fuel < first.best.fitness.fuel


@pytest.mark.parametrize("calls", [1, 7, 20, 61, 200])
@pytest.mark.parametrize("strategy", ["adaptive", "genetic"])
@pytest.mark.parametrize("explain", [False, True])
def test_all_calls_are_asked_and_no_more(calls, strategy, explain):
    for at_once in (1, 8):
        model = Model(writer(0.1, 0.1))
        settings = settings_of(
            calls=calls,
            generations=200,
            until_correct=False,
            explain=explain,
            islands=2 if calls > 60 else 1,
            strategy=strategy,
        )
        search = search_of(model, settings=settings, at_once=at_once)
        (*_, last) = ran(search)
        assert search.calls_used_up
        assert len(model.queries) == search._asker.calls == last.calls == calls


def test_islands_ask_with_their_own_prompts_and_models():
    models = [Model(writer(0.0)), Model(writer(0.0))]
    prompts = [Prompts(translate=f"Island {n}: $source") for n in range(2)]
    search = search_of(
        *models,
        settings=settings_of(islands=2, generations=1, healing=0, strategy="genetic"),
        prompts=prompts,
        models=[[0], [1]],
    )
    (generation,) = ran(search)
    for number, model in enumerate(models):
        assert model.queries
        assert all(query.startswith(f"Island {number}:") for query in model.queries)
        assert generation.islands[number].model == number


def test_islands_exchange_their_best():
    """An island whose model knows nothing gets the goal from the other."""

    def poorest(migrate_every):
        good, bad = Model(writer(0.5, 0.5)), Model(writer(0.0, 0.0))
        search = search_of(
            good,
            bad,
            settings=settings_of(islands=2, migrate_every=migrate_every, until_correct=False),
            models=[[0], [1]],
        )
        return min(ran(search)[-1].islands).fitness

    assert not poorest(0).correct
    assert poorest(1).correct


def asked(models):
    """Return how often each of a good and a bad model was asked for a program."""
    good, bad = Model(writer(0.6, 0.3), name="good"), Model(lambda query, rng: "!", name="bad")
    settings = settings_of(
        generations=8, healing=0, until_correct=False, population=12, novelty=None, diversity=0.5
    )
    ran(search_of(bad, good, settings=settings, models=models))
    return len(good.queries), len(bad.queries)


def test_the_better_model_is_asked_more_often():
    good, bad = asked([[0, 1]])
    assert good > 2 * bad > 0


def test_an_island_with_one_model_asks_it_alone():
    assert asked([[0]])[0] == 0
    assert asked([[1]])[1] == 0


def test_a_stuck_search_begins_again():
    def first_drafts(patience):
        model = Model(writer(0.0, 0.0))
        settings = settings_of(generations=6, patience=patience, diversity=0.0)
        ran(search_of(model, settings=settings))
        return sum(query.startswith("Translate") for query in model.queries)

    assert first_drafts(2) > first_drafts(None)


@pytest.mark.parametrize(
    "answer",
    ["", " ", "I would rather not.", "`" * 1_000_000, "```c\n```", "\0", "\ud800", "x" * 300_000],
    ids=["nothing", "blank", "prose", "fences", "empty block", "NUL", "half", "long"],
)
def test_a_model_that_cannot_write_programs_only_fails(answer):
    settings = settings_of(generations=2, population=2)
    search = search_of(Model(lambda query, rng: answer), settings=settings)
    assert not ran(search)[-1].best.fitness.correct
    search.best.program.encode()


def test_answers_that_are_known_are_not_asked_again():
    """A search that is taken up again comes to the same result, and pays for nothing twice."""
    written = []
    models = [Model(writer(0.2, 0.5)) for _ in range(3)]
    settings = settings_of(generations=3, until_correct=False)

    def search(model, known, at_once=1) -> Search:
        asker = Asker([model], record=written.append, known=map(Call.of, known), at_once=at_once)
        return search_of(settings=settings, asker=asker)

    whole = told(ran(search(models[0], ())))
    answers = list(written)
    assert told(ran(search(models[1], answers, at_once=8))) == whole
    assert not models[1].queries
    half = answers[: len(answers) // 2]
    assert told(ran(search(models[2], half))) == whole
    assert len(models[2].queries) == len(answers) - len(half)


def test_a_model_that_fails_ends_the_search_with_its_error():
    def answer(query, rng):
        raise ZeroDivisionError

    for at_once in (1, 8):
        with pytest.raises(ZeroDivisionError):
            ran(search_of(Model(answer), settings=settings_of(), at_once=at_once))


def test_each_program_is_judged_once():
    executor = Here()
    search = search_of(
        Model(lambda query, rng: RIGHT[0]),
        settings=settings_of(novelty=None, mutation_rate=0),
        judge=judge_of(executor),
    )
    assert ran(search)[-1].judged == len(executor.sources) == len(set(executor.sources))
