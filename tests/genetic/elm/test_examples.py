"""What can be learnt from a search that asks a model."""

from contextlib import closing

from autoagent.journal import Journal
from genetic.elm import ElitesRun, open_domain
from genetic.elm.bugfix import PARITY
from genetic.elm.examples import examples
from tests.genetic.elm.conftest import Scripted, plan


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


def test_chance_teaches_nothing(journal: Journal) -> None:
    with closing(open_domain("parity:1", together=8)) as domain:
        chance = plan(domain="parity:1", evaluations=20, starts=("broken",))
        search = ElitesRun(chance, domain, journal=journal)
        search.run(lambda batch: None)
    assert not list(examples(journal, search.run_id))
