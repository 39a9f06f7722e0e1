"""The translation engine in the hands of an organism."""

import json
from contextlib import closing
from dataclasses import replace

import pytest

from autoagent.agent import AutonomousLLM
from autoagent.asker import Asker
from autoagent.budget import Budget
from autoagent.cli.skill import histories
from autoagent.events import calls
from autoagent.journal import Journal
from autoagent.llm import PYTHON, Completion
from autoagent.meter import SuspendedError
from autoagent.similarity import Length, Similarity
from autoagent.skills import EVOLVE, SkillContext, SkillError
from genetic.skill import Translate
from genetic.translate.contest import Contest
from genetic.translate.evolved import called
from genetic.translate.operators import TextOperators
from genetic.translate.problem import Problem
from genetic.translate.skill_genome import OPERATORS, SkillGenome
from genetic.translate.task import Task
from genetic.translate.task import Test as Case

RIGHT = "#include <stdio.h>\nint main(void) { int c; while ((c = getchar()) != EOF) putchar(c); }\n"
WRONG = "int main(void) { return 0; }\n"
SOURCE = 'process.stdout.write(require("fs").readFileSync(0, "utf8"))'
MAGIC = "Mind what it reads."
BETTER = {"prompts": {"translate": f"$source {MAGIC} $footer"}}


class Model:
    """Translates rightly where `MAGIC` is in the query; an organism gets the next of its steps."""

    name = "scripted"

    def __init__(self, *steps):
        self.steps = iter(steps)
        self.translations = 0

    def complete(self, query, *, seed, temperature, max_tokens, on_text=None, frame=PYTHON):
        if frame is PYTHON:
            text = next(self.steps)
        else:
            self.translations += 1
            text = f"```c\n{RIGHT if MAGIC in query else WRONG}```"
        return Completion(text=text, tokens_in=10, tokens_out=5, finish="stop", model=self.name)

    def close(self):
        pass


def held(names):
    half = Task(source=SOURCE, language="javascript", tests=(Case("0", b"abc", b"abc"),))
    return [Problem(name, "easy", half, half) for name in names]


def skill(names=tuple("abcdefgh"), **rules):
    contest = Contest(pool=names, load=held, **rules)
    return Translate(contest, similarity=lambda: Similarity([(Length(), 1.0)]))


def context(model=None, past=()):
    return SkillContext(
        now=0.0,
        born=0.0,
        steps=1,
        seed=0,
        history=(),
        histories={EVOLVE: tuple(past)},
        asker=Asker([model or Model()]),
    )


def lived(db, *steps, budget=None, model=None):
    """Let an organism take steps with the skill; return what they printed, or their errors."""
    # Code that was given before is asked for again, so no two steps are equal.
    numbered = (f"```python\nn = {n}\n{step}\n```" for n, step in enumerate(steps))
    model = model or Model(*numbered)
    with AutonomousLLM(model, skills=[skill()], db=db) as agent:
        taken = list(agent.run("translate", budget=budget or Budget(steps=len(steps))))
        return agent, [step.stdout or step.error for step in taken]


def test_an_organism_translates(tmp_path):
    code = f"""
got = self.use("translate", source={SOURCE + "//" + MAGIC!r}, inputs=["ab", "c\\n"])
print(got["correct"], got["fitness"]["exact"], got["cost"]["calls"], "getchar" in got["program"])
"""
    agent, (said,) = lived(tmp_path / "j.db", code)
    assert said == "True 3 1 True\n"  # the further tests count as one
    assert agent.spent.tokens == 2 * 15  # the step's own answer, and the translation


def test_a_search_that_fails_returns_its_best(tmp_path):
    code = f"""
got = self.use("translate", source={SOURCE!r}, inputs=["ab"], calls=20)
print(got["correct"], got["cost"]["calls"] <= 20, got["fitness"]["compile_errors"])
"""
    _, (said,) = lived(tmp_path / "j.db", code)
    assert said == "False True 0\n"


def test_a_skill_is_read_evolved_used_and_rolled_back(tmp_path):
    use = f"""
print(self.use("translate", source={SOURCE!r}, inputs=["ab"], calls=20)["correct"])
"""
    evolve = f'print(self.use("skills.evolve", name="translate", patch={BETTER!r})["adopted"])'
    roll_back = 'print(self.use("skills.evolve", name="translate", rollback=0)["version"])'
    read = 'g = self.use("skills.read", name="translate"); print(g["version"], len(g["operators"]))'
    _, said = lived(tmp_path / "j.db", read, use, evolve, read, use, roll_back, use)
    assert said == ["0 3\n", "False\n", "True\n", "1 3\n", "True\n", "2\n", "False\n"]


def test_a_change_that_is_no_better_is_refused_and_the_attempts_end():
    model, translate, past = Model(), skill(attempts=2), []
    for number, temperature in enumerate((0.5, 0.6)):
        patch = {"parameters": {"temperature": temperature}}
        output = translate.evolve(patch, context(model, past))
        assert not output["adopted"]
        assert output["p_value"] == 1.0  # both fail: no pair tells them apart
        assert output["attempts_left"] == 1 - number
        past.append(({"name": "translate", "patch": patch}, output))
    with pytest.raises(SkillError, match="all 2 attempts"):
        translate.evolve(BETTER, context(model, past))


def test_the_incumbent_is_scored_once():
    model, translate = Model(), skill()
    patch = {"parameters": {"temperature": 0.5}}
    first = translate.evolve(patch, context(model))
    both = model.translations
    past = [({"name": "translate", "patch": patch}, json.loads(json.dumps(first)))]
    assert translate.read(context(model, past))["contest"]["at_most"]["questions"] < 48 * 16
    translate.evolve({"parameters": {"temperature": 0.6}}, context(model, past))
    assert model.translations - both == both // 2


def test_the_level_is_shared_by_the_attempts():
    assert skill(attempts=5, level=0.05)._contest.level_of_each == pytest.approx(0.01)
    # nine pairs, all of them won
    output = skill(names=("a", "b", "c")).evolve(BETTER, context(Model()))
    assert output["challenger"]["rate"] == 1.0 > output["incumbent"]["rate"]
    assert output["adopted"]
    assert output["pairs"] == 9
    assert skill().evolve(BETTER, context(Model()))["pairs"] == 9  # of 24: then it is decided
    with pytest.raises(ValueError, match="3 pairs can never suffice"):
        skill(names=("a", "b", "c"), seeds=1)


def test_where_quality_is_equal_cost_decides():
    class Slow(Model):
        """It is right at once if told how, and else at the fifth question."""

        def complete(self, query, *, seed, **rest):
            answer = super().complete(query, seed=seed, **rest)
            right = MAGIC in query or self.translations % 5 == 0
            return replace(answer, text=f"```c\n{RIGHT if right else WRONG}```")

    output = skill(names=tuple("abcdefghijkl")).evolve(BETTER, context(Slow()))
    assert output["challenger"]["rate"] == output["incumbent"]["rate"] == 1.0
    assert output["challenger"]["calls"] == 1 < output["incumbent"]["calls"]
    assert output["adopted"]


def test_genomes_compete_with_the_same_seeds_and_budget():
    asked = {}

    class Noting(Model):
        def complete(self, query, *, seed, **rest):
            asked.setdefault(MAGIC in query, []).append(seed)
            return super().complete(query, seed=seed, **rest)

    patch = {"prompts": {"translate": f"$source {MAGIC} $footer"}, "parameters": {"healing": 0}}
    skill(calls=5).evolve(
        patch, context(Noting(), [({"name": "translate", "rollback": 0}, {"rolled_back_to": 0})])
    )
    assert asked[True][0] == asked[False][0]


def test_who_cannot_pay_is_refused(tmp_path):
    code = f"""
try:
    self.use("skills.evolve", name="translate", patch={BETTER!r})
except RuntimeError as error:
    print(error)
"""
    model = Model(f"```python\n{code}\n```")
    _, (said,) = lived(tmp_path / "j.db", model=model, budget=Budget(steps=1, tokens=5_000))
    assert "may take" in said
    assert "tokens" in said
    assert model.translations == 0


@pytest.mark.parametrize(
    ("patch", "told"),
    [
        (3, "must be a dict"),
        ({"contest": {}}, "'contest' is not known"),
        ({"parameters": {"calls": 1000}}, "'calls' is not known"),
        ({"parameters": {"population": 10**6}}, "at most 50"),
        ({"parameters": {"healing": "much"}}, "whole number"),
        ({"parameters": {"temperature": float("nan")}}, "temperature"),
        ({"prompts": {"translate": "$secret"}}, "asks for \\$secret"),
        ({"operators": {"fitness": "x"}}, "'fitness' is not known"),
        ({"operators": {"mutate": "def mutate(text, rng): return 1 / 0"}}, "ZeroDivisionError"),
        (
            {"operators": {"cross": "def cross(a, b, rng): return open('/etc/passwd').read()"}},
            "fails",
        ),
        ({"operators": {"cross": "while True: pass"}}, "fuel"),
        (
            {"operators": {"feedback": "def feedback(*told): return repr(sorted(globals()))"}},
            "follows from its arguments alone",
        ),
        ({"parameters": {"max_tokens": 4096}}, "'max_tokens' is not known"),
        ({"prompts": {"translate": "$source" * 13}}, "more than 12 places"),
        ({"prompts": {"explain": "x" * 3999}}, "characters together"),
        (
            {"operators": {"mutate": "print(1)\ndef mutate(text, rng): return text"}},
            "print nothing",
        ),
        ({}, "changes nothing"),
    ],
)
def test_an_edit_is_checked_before_it_costs_anything(patch, told):
    model = Model()
    with pytest.raises(SkillError, match=told):
        skill().evolve(patch, context(model))
    assert model.translations == 0


def test_the_first_operators_run_behind_the_wall_as_they_do_here():
    here = TextOperators()
    programs = ["a\nb\nc\n" * 9, "d\ne\nf\ng\n" * 9]
    assert called(OPERATORS["cross"], "cross", programs, seed=7) == here.cross(*programs, 7)
    text = "int main(void) { return 0; }\n" * 20
    assert called(OPERATORS["mutate"], "mutate", [text], seed=7) == here.mutate(text, 7) != text
    told = ["1", "2\n", "3", "ok"]
    assert called(OPERATORS["feedback"], "feedback", told) == here.feedback(*told)


def test_an_evolved_operator_is_used():
    """Feedback that tells the model what it has to mind is better than the first one."""
    source = f"def feedback(given, expected, actual, status):\n    return {MAGIC!r}"
    output = skill().evolve({"operators": {"feedback": source}}, context(Model()))
    assert output["adopted"]


@pytest.mark.parametrize("operator", ["cross(fitter, other, rng)", "mutate(text, rng)"])
def test_operators_breed_programs_and_do_not_write_them(operator):
    """Else an agent could have solutions of all tasks in its operators."""
    name = operator.partition("(")[0]
    patch = {"operators": {name: f"def {operator}:\n    return {RIGHT!r}"}}
    parameters = {"population": 2, "healing": 0, "mend_children": False, "novelty": None}
    patch["parameters"] = parameters | {"crossover": 1.0, "keep_top": 0.0}
    with pytest.raises(SkillError, match="breed programs and not write them"):
        skill().evolve(patch, context(Model()))


def test_a_skill_that_only_comes_near_is_not_better():
    near = RIGHT.replace("putchar(c)", "putchar(c + 1)")

    class Near(Model):
        def complete(self, query, **rest):
            answer = super().complete(query, **rest)
            return replace(answer, text=answer.text.replace(RIGHT, near))

    output = skill().evolve(BETTER, context(Near()))
    assert output["challenger"]["rate"] == output["incumbent"]["rate"] == 0


def test_the_tasks_of_a_contest_are_drawn_for_each_life():
    contest = Contest()
    assert contest.drawn("0:1.5") == contest.drawn("0:1.5") != contest.drawn("0:1.6")
    first = [name for name, seed in contest.drawn("0:1.5") if seed == 0]
    assert sorted(first) == sorted(contest.pool)  # every task, before any comes again
    assert len(set(contest.drawn("0:1.5"))) == contest.pairs


def test_births_that_ask_nothing_are_counted_and_can_be_stopped():
    parameters = {"population": 50, "healing": 0, "mend_children": False, "novelty": 3}
    model, evolving = Model(), context(Model())
    past = [({"name": "translate", "patch": {"parameters": parameters}}, {"adopted": True})]
    late = context(model, past)
    late.asker.meter.pause.set()
    with pytest.raises(SuspendedError):
        skill().call({"source": SOURCE, "inputs": ["a"]}, late)
    output = skill().evolve({"parameters": parameters}, evolving)
    assert not output["adopted"]
    assert evolving.asker.calls <= output["price"]["questions"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({}, "source must be"),
        ({"source": SOURCE}, "inputs must be"),
        ({"source": SOURCE, "inputs": [3]}, "inputs must be"),
        ({"source": SOURCE, "inputs": ["a"], "calls": 10**9}, "calls must be"),
        ({"source": SOURCE, "inputs": ["a"], "to": "rust"}, "one of c, c-native, python"),
        ({"source": SOURCE, "inputs": ["a"], "x": 1}, "no argument 'x'"),
        ({"source": "syntax error (", "inputs": ["a"]}, "does not compile"),
        ({"source": "process.exit(3)", "inputs": ["a"]}, "fails on input"),
        ({"source": "0", "inputs": ["a"]}, "prints nothing"),
        ({"source": "console.log(process.hrtime.bigint())", "inputs": ["a"]}, "not deterministic"),
    ],
)
def test_wrong_arguments_are_told(arguments, told):
    with pytest.raises(SkillError, match=told):
        skill().call(arguments, context())


@pytest.mark.slow
def test_a_run_that_was_cut_off_pays_for_nothing_twice(tmp_path):
    """The budget ends in the middle of the skill; resumed, the run goes on from there."""
    code = f'print(self.use("translate", source={SOURCE!r}, inputs=["ab"], calls=30)["cost"])'
    answer = f"```python\n{code}\n```"
    whole, cut = Model(answer), Model(answer)
    _, expected = lived(tmp_path / "whole.db", model=whole, budget=Budget(steps=1))
    db = tmp_path / "cut.db"
    agent, said = lived(db, model=cut, budget=Budget(tokens=100))
    assert said == []
    asked = cut.translations
    assert 0 < asked < whole.translations
    # The skill itself cannot be found by its name alone: this is the bundled one.
    with AutonomousLLM.resume(agent.run_id, llm=cut, db=db) as resumed:
        resumed._run.life._skills._skills["translate"] = skill()
        (step,) = resumed.run(budget=Budget(steps=1))
    assert step.stdout == expected[0]
    assert cut.translations == whole.translations
    with closing(Journal(db, read_only=True)) as journal:
        keys = [call.key for call in calls(journal, agent.run_id) if not call.by_organism]
    assert len(keys) == len(set(keys)) == whole.translations


@pytest.mark.slow
def test_a_recorded_life_is_told_what_was_told_then(tmp_path):
    code = f'print(self.use("translate", source={SOURCE!r}, inputs=["ab"], calls=10)["cost"])'
    db = tmp_path / "j.db"
    agent, (said,) = lived(db, code)
    with AutonomousLLM(f"recorded:{agent.run_id}", skills=[skill()], db=db) as again:
        (step,) = again.run("translate", budget=Budget(steps=1))
    assert step.stdout == said
    assert "calls" in said


def test_a_genome_can_be_sent_as_json():
    genome = SkillGenome()
    again = genome.patched(json.loads(json.dumps(genome.as_dict())))
    assert again.hash == genome.hash


def test_what_a_life_made_of_its_skill_is_carried_to_the_next(tmp_path):
    evolve = f'print(self.use("skills.evolve", name="translate", patch={BETTER!r})["adopted"])'
    agent, (said,) = lived(tmp_path / "j.db", evolve)
    assert said == "True\n"
    with closing(Journal(tmp_path / "j.db", read_only=True)) as journal:
        events = [event.data for event in journal.events(agent.run_id, "skill")]
    carried = json.loads(json.dumps(skill().genome_of(histories(events))))
    assert MAGIC in carried["prompts"]["translate"]
    use = f'print(self.use("translate", source={SOURCE!r}, inputs=["ab"], calls=1)["correct"])'
    model = Model(f"```python\n{use}\n```")
    genomes, db = {"translate": carried}, tmp_path / "next.db"
    with AutonomousLLM(model, skills=[skill()], skill_genomes=genomes, db=db) as agent:
        (step,) = agent.run("translate", budget=Budget(steps=1))
    assert step.stdout == "True\n"
    with pytest.raises(ValueError, match="no such skill with a genome"):
        AutonomousLLM(model, skills=["clock"], skill_genomes=genomes, db=db)
