"""How one program is drafted, judged and healed."""

from __future__ import annotations

import random
from dataclasses import replace
from functools import partial

import pytest

from autoagent.asker import Asker
from genetic.algorithm import Birth
from genetic.bandit import Bandit
from genetic.search.quota import Quota
from genetic.translate.candidate import Candidate
from genetic.translate.languages import same_in
from genetic.translate.operators import TextOperators
from genetic.translate.prompts import Prompts
from genetic.translate.proposer import Proposer
from genetic.translate.translator import Home, Translator
from tests.genetic.fakes import (
    GOAL,
    TASK,
    Heard,
    Here,
    Model,
    judge_of,
    lines,
    settings_of,
    shown,
    writer,
)

PROMPTS = Prompts()


def kind(query: str) -> str:
    """Tell which template a query was made of."""
    return next(
        name
        for name in ("translate", "mend_errors", "mend_output", "mend_mixed", "mend_mutated")
        if query.startswith(
            PROMPTS.fill(name, {"from_language": "JavaScript", "to_language": "C"}, 60_000)[:25]
        )
    )


class Nursery:
    """A translator, with what it is made of in reach."""

    def __init__(self, model, *, operators=None, executor=None, workers=1, same=str, **settings):
        self.models = model if isinstance(model, list) else [model]
        self.executor = executor or Here()
        self.judge = judge_of(self.executor)
        self.generation = -1
        self.watcher = Heard()
        self.settings = settings_of(**{"strategy": "genetic"} | settings)
        operators = operators or TextOperators(rate=self.settings.mutation_rate)
        models = tuple(range(len(self.models)))
        proposers = partial(
            Proposer,
            task=TASK,
            target="c",
            prompts=PROMPTS,
            operators=operators,
            settings=self.settings,
        )
        self.translator = Translator(
            judge=self.judge,
            homes={"": Home(proposers, models, Bandit(len(models), random.Random(0)))},
            operators=operators,
            quota=Quota(Asker(self.models, at_once=workers), self.settings.calls),
            settings=self.settings,
            workers=workers,
            watcher=self.watcher,
            same=same,
        )

    def vary(self, *parents: str, births: int = 1) -> list[Candidate]:
        candidates = tuple(Candidate("p", 0, text, self.judge.judge(text)) for text in parents)
        self.generation += 1
        names = [f"{self.generation}.{n}" for n in range(births)]
        return self.translator.vary([Birth(name, n, candidates) for n, name in enumerate(names)])

    def kinds(self) -> list[str]:
        return [kind(query) for model in self.models for query in model.queries]


def in_turn(*answers: str) -> Model:
    """Return a model that says these texts one after the other, and then the last one again."""
    left = list(answers)
    return Model(lambda query, rng: left.pop(0) if len(left) > 1 else left[0])


# Healing


def test_the_best_of_all_attempts_is_kept_not_the_last():
    attempts = lines(0), lines(0, 1, 2), lines(0, 1), "!!"
    nursery = Nursery(in_turn(*attempts), healing=3)
    (born,) = nursery.vary()
    assert born.program == attempts[1]
    assert born.fitness == nursery.judge.judge(attempts[1]).fitness
    assert nursery.kinds() == ["translate", *["mend_output"] * 3]
    assert born.calls == 4


def test_each_attempt_goes_on_from_the_last_one():
    model = in_turn("!!", lines(0), lines(), lines(1))
    Nursery(model, healing=3).vary()
    assert [shown(query) for query in model.queries] == [None, "!!", lines(0), lines()]


@pytest.mark.parametrize("healing", [0, 1, 5])
def test_healing_can_be_switched_off(healing):
    nursery = Nursery(Model(writer(0.0, 0.0)), healing=healing)
    (born,) = nursery.vary()
    assert nursery.kinds() == ["translate", *["mend_output"] * healing]
    assert born.calls == healing + 1


def test_what_is_correct_is_not_healed():
    nursery = Nursery(in_turn(lines(0), GOAL))
    nursery.vary()
    assert nursery.kinds() == ["translate", "mend_output"]


def test_what_does_not_compile_is_mended_by_its_errors():
    nursery = Nursery(in_turn("a!b!", GOAL))
    nursery.vary()
    assert nursery.kinds() == ["translate", "mend_errors"]
    assert "error!error!" in nursery.models[0].queries[1]


def test_a_mend_that_helps_is_a_lesson():
    nursery = Nursery(in_turn("!", lines(0), lines(), GOAL))
    (born,) = nursery.vary()
    assert [(each.worse, each.better) for each in born.lessons] == [
        ("!", lines(0)),
        (lines(), GOAL),
    ]
    assert all(each.before < each.after for each in born.lessons)
    assert born.lessons[0].prompt == nursery.models[0].queries[1]
    assert born.lessons[0].feedback == "error!"


def test_every_judged_program_is_noticed_the_best_so_far():
    nursery = Nursery(in_turn("!", lines(0), "!!", GOAL))
    nursery.vary()
    assert [each.program for each in nursery.watcher.candidates] == ["!", lines(0), lines(0), GOAL]


# Crossover and mutation


class Marked(TextOperators):
    """Operators whose deeds can be seen."""

    mutates = True

    def cross(self, fitter, other, seed):
        return f"{fitter}+{other}"

    def mutate(self, program, seed):
        return f"{program}~" if self.mutates else program


class Crossed(Marked):
    mutates = False


def test_two_parents_are_crossed_and_mutated_each_with_one_fix_up():
    model = in_turn("mixed", "fixed")
    nursery = Nursery(model, operators=Marked(), healing=0, novelty=None)
    (born,) = nursery.vary("a", "b")
    assert nursery.kinds() == ["mend_mixed", "mend_mutated"]
    assert [shown(query) for query in model.queries] == ["a+b", "mixed~"]
    assert (born.program, born.calls) == ("fixed", 2)


def test_one_parent_is_mutated():
    nursery = Nursery(in_turn("fixed"), operators=Marked(), healing=0, novelty=None)
    (born,) = nursery.vary("a")
    assert nursery.kinds() == ["mend_mutated"]
    assert born.program == "fixed"


def test_where_nothing_mutated_nothing_is_mended():
    nursery = Nursery(in_turn("mixed"), operators=Crossed(), healing=0, novelty=None)
    assert nursery.vary("a", "b")[0].program == "mixed"
    assert nursery.vary("a")[0].program == "a"
    assert nursery.kinds() == ["mend_mixed"]


def test_fix_ups_can_be_switched_off():
    nursery = Nursery(
        in_turn("?"), operators=Marked(), healing=0, novelty=None, mend_children=False
    )
    (born,) = nursery.vary("a", "b")
    assert (born.program, born.calls, nursery.kinds()) == ("a+b~", 0, [])


def test_a_mutation_rate_of_nothing_changes_nothing():
    def programs(rate):
        nursery = Nursery(
            in_turn("?"), mutation_rate=rate, healing=0, novelty=None, mend_children=False
        )
        return {born.program for born in nursery.vary(lines(0), births=20)}

    assert programs(0.0) == {lines(0)}
    assert len(programs(0.05)) > 10


# Novelty


def test_what_is_known_is_drafted_anew_before_it_is_judged():
    nursery = Nursery(in_turn("a", "a", "b"), healing=0, novelty=1)
    assert [born.program for born in nursery.vary(births=2)] == ["a", "b"]
    assert nursery.executor.sources == ["a", "b"]


def test_what_is_known_even_then_is_judged_but_not_healed():
    nursery = Nursery(in_turn("a"), healing=2, novelty=3)
    first, second = nursery.vary(births=2)
    assert (first.calls, second.calls) == (3, 4)
    assert nursery.kinds().count("translate") == 5
    assert first.fitness == second.fitness


@pytest.mark.parametrize(
    ("target", "second"), [("c", "c"), ("c-native", "c"), ("python", "a\n\tb")]
)
def test_white_space_is_no_novelty_where_it_says_nothing(target, second):
    nursery = Nursery(in_turn("a  b", "a\n\tb", "c"), healing=0, same=same_in(target))
    assert [born.program for born in nursery.vary(births=2)] == ["a  b", second]


def test_novelty_can_be_switched_off():
    nursery = Nursery(in_turn("a"), healing=2, novelty=None)
    assert [born.calls for born in nursery.vary(births=2)] == [3, 3]
    none_again = Nursery(in_turn("a"), healing=2, novelty=0)
    assert [born.calls for born in none_again.vary(births=2)] == [3, 1]


def test_a_child_that_is_known_is_crossed_anew():
    model = in_turn("?")
    nursery = Nursery(model, healing=0, novelty=1, mend_children=False, mutation_rate=0.0)
    children = [born.program for born in nursery.vary(lines(0, 1, 2), lines(3, 4, 5), births=30)]
    without = Nursery(model, healing=0, novelty=None, mend_children=False, mutation_rate=0.0)
    again = [born.program for born in without.vary(lines(0, 1, 2), lines(3, 4, 5), births=30)]
    assert len(set(again)) < len(set(children))


# Which births there are


def test_births_after_the_goal_are_given_up():
    model = Model(writer(1.0))
    nursery = Nursery(model)
    assert len(nursery.vary(births=5)) == 1
    assert len(model.queries) == nursery.translator.births == 1
    assert len(Nursery(Model(writer(1.0)), until_correct=False).vary(births=5)) == 5


@pytest.mark.parametrize("workers", [1, 8])
def test_births_take_every_call_and_no_more(workers):
    nursery = Nursery(Model(writer(0.0, 0.0)), calls=19, novelty=None, workers=workers)
    born = nursery.vary(births=9)
    assert [each.calls for each in born] == [4, 4, 4, 4, 3]  # the last one is healed less often
    assert len(nursery.models[0].queries) == 19
    assert nursery.translator.is_broke
    assert nursery.translator.given_up == 0


@pytest.mark.parametrize("novelty", [None, 0, 2])
@pytest.mark.parametrize("mend_children", [False, True])
@pytest.mark.parametrize("explain", [False, True])
def test_no_birth_takes_more_calls_than_it_may(novelty, mend_children, explain):
    class Dull(Marked):
        def cross(self, fitter, other, seed):
            return "c"

    nursery = Nursery(
        Model(lambda query, rng: "always the same"),
        operators=Dull(),
        novelty=novelty,
        mend_children=mend_children,
        explain=explain,
    )
    for parents in ((), ("a",), ("a", "b")):
        nursery.vary(*parents, births=3)
        most = max(candidate.calls for candidate in nursery.translator.born)
        kin = tuple(Candidate("p", 0, text, nursery.judge.judge(text)) for text in parents)
        assert most <= nursery.settings.calls_of(Birth("b", 0, kin))


def test_new_candidates_are_drafted_boldly_and_mended_carefully():
    model = in_turn(lines(0))
    Nursery(model, healing=1, first_temperature=1.1, temperature=0.2).vary()
    assert model.temperatures == [1.1, 0.2]


def test_the_models_of_a_generation_are_chosen_before_it_is_born():
    """So the choice does not depend on which of its births is ready first."""

    def arms(workers):
        models = [Model(writer(q), delay=0.002) for q in (0.1, 0.9)]
        nursery = Nursery(models, workers=workers, healing=0, until_correct=False, novelty=None)
        return [born.model for _ in range(4) for born in nursery.vary(births=8)]

    assert arms(1) == arms(8)
    assert set(arms(1)) == {0, 1}


def test_candidates_are_ordered_by_fitness():
    judge = judge_of()
    texts = ["", "!!", "!", lines(), lines(0, 1), GOAL]
    candidates = [Candidate(str(n), n, text, judge.judge(text)) for n, text in enumerate(texts)]
    random.Random(0).shuffle(candidates)
    assert [candidate.program for candidate in sorted(candidates)] == texts
    assert max(candidates).program == GOAL
    assert replace(candidates[0], name="other") != candidates[0]
