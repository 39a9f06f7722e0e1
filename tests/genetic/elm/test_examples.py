"""What can be learnt from a search that asks a model."""

import re
from contextlib import closing

from autoagent.journal import Journal
from genetic.elm import ElitesRun, open_domain
from genetic.elm.bugfix import PARITY
from genetic.elm.examples import examples
from genetic.elm.languages import PYTHON
from genetic.elm.operators import diff
from genetic.elm.run import batches
from tests.genetic.elm.conftest import Scripted, plan

MESSAGE = re.compile("Commit message: (.*)")


def test_an_answer_that_was_taken_is_an_example(journal: Journal) -> None:
    answer = f"Like this:\n```python\n{PARITY.source}```\nThat is all."
    asking = plan(
        domain="parity:1", operator="rewrite", model="scripted", evaluations=4, starts=("broken",)
    )
    with closing(open_domain("parity:1", together=1)) as domain:
        model = Scripted(lambda query: answer)
        search = ElitesRun(asking, domain, journal=journal, llms=[model])
        search.run(lambda batch: None)
    (example,) = examples(journal, search.run_id)  # the same again is no better
    asked, answered = example["messages"]
    assert (asked["content"], answered["content"]) == (model.queries[0], f"{PARITY.source}```")
    assert example["outcome"]["before"] < example["outcome"]["after"] == 1.0


def test_what_chance_has_changed_is_learnt_as_the_diff_that_makes_it(journal: Journal) -> None:
    with closing(open_domain("parity:1", together=8)) as domain:
        chance = plan(domain="parity:1", evaluations=60, starts=("broken",))
        search = ElitesRun(chance, domain, journal=journal)
        search.run(lambda batch: None)
    accepted = {
        elite["program"].strip()
        for batch in batches(journal, search.run_id)
        for elite in batch["elites"]
    }
    made = set()
    for example in examples(journal, search.run_id):
        asked, answered = (each["content"] for each in example["messages"])
        program = asked.partition("```python\n")[2].partition("```")[0]
        assert asked == diff(PYTHON).prompt(domain.task, program, MESSAGE.findall(asked)[0])
        made.add(diff(PYTHON).read(program, f"```diff\n{answered}").strip())
    assert made <= accepted
    assert len(made) > len(accepted) / 2, "what is left out are lines that stand there twice"
