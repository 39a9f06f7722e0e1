"""Searches that are written down: resumed, bounded, learnt from."""

import math
import random
import re
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from autoagent.budget import Budget
from autoagent.journal import Journal, JournalError
from autoagent.llm import PYTHON, Completion, Frame, LLMError
from genetic.elm import Batch, ElitesRun, Finish, Judged, Plan
from genetic.elm.examples import examples
from genetic.elm.outputs import write
from genetic.elm.run import batches
from tests.genetic.elm.conftest import Scripted, Sums, plan
from tests.genetic.strangers import add
from tests.waiting import soon


def told(search: ElitesRun) -> list[dict[str, Any]]:
    return [elite.as_dict() for elite in search.archive.elites]


def doubled(query: str) -> str:
    """Answer with a program of one number more."""
    (program,) = re.findall("```python\n(.*)\n```", query)
    return f"```python\n{program} + 7\n```"


def test_a_search_ends_with_its_evaluations_and_is_the_same_every_time(journal: Journal) -> None:
    seen: list[Batch] = []
    domain = Sums()
    search = ElitesRun(plan(), domain, journal=journal)
    finished = search.run(seen.append)
    assert (finished.cause, finished.evaluated) == (Finish.EVALUATIONS, 60)
    assert [batch.evaluated for batch in seen] == [2, 10, 18, 26, 34, 42, 50, 58, 60]
    assert sum(batch.valid + sum(batch.faults.values()) for batch in seen) == 60
    again = ElitesRun(plan(), Sums(), journal=journal)
    again.run(lambda batch: None)
    assert told(again) == told(search)
    other = ElitesRun(plan(seed=1), Sums(), journal=journal)
    other.run(lambda batch: None)
    assert told(other) != told(search)


def test_a_program_of_ones_own_is_kept_with_the_plan(journal: Journal) -> None:
    own = {"mine.py": "total = 9 + 9 + 1\n"}
    search = ElitesRun(
        plan(starts=("one", "mine.py"), programs=own, evaluations=2), Sums(), journal=journal
    )
    known = Plan.read(journal, search.run_id)
    journal.release(search.run_id)
    resumed = ElitesRun(known, Sums(), journal=journal, run=search.run_id)
    resumed.run(lambda batch: None)
    assert [elite.message for elite in resumed.archive.elites] == ["one", "mine.py"]
    assert resumed.archive.best is not None
    assert resumed.archive.best.program == own["mine.py"]


class Wordy(Scripted):
    """Writes sums of other lengths, a token for each word, and stops where it has to."""

    def __init__(self) -> None:
        super().__init__(doubled)

    def complete(
        self, query: Any, *, seed: int, max_tokens: int, frame: Frame = PYTHON, **_: Any
    ) -> Completion:
        rng = random.Random(seed)
        words = [
            f"{frame.opening}total = 1",
            *(f"+ {n}" for n in range(rng.randint(1, 9))),
            "\n```",
        ]
        said, cut = words[:max_tokens], len(words) > max_tokens
        finish = "length" if cut else "stop"
        text = " ".join(said)
        return Completion(
            text=text, tokens_in=5, tokens_out=len(said), finish=finish, model=self.name
        )


def test_an_answer_that_the_budget_cuts_is_no_program(journal: Journal) -> None:
    def ended(*budgets: Budget | None) -> list[dict[str, Any]]:
        run = None
        for budget in budgets:
            search = ElitesRun(
                plan(operator="rewrite", model="scripted", evaluations=26, batch=2),
                Sums(), journal=journal, llms=[Wordy()], run=run,
            )  # fmt: skip
            search.run(lambda batch: None, budget)
            run = search.run_id
            journal.release(run)
        return told(search)

    whole = ended(None)
    assert len(whole) > 5
    for tokens in range(20, 60):
        assert ended(Budget(tokens=tokens), None) == whole


def test_seeds_that_no_evaluation_was_left_for_come_first_when_there_are_more(
    journal: Journal,
) -> None:
    few = ElitesRun(plan(evaluations=1), Sums(), journal=journal)
    few.run(lambda batch: None)
    journal.release(few.run_id)
    domain = Sums()
    more = ElitesRun(plan(evaluations=4), domain, journal=journal, run=few.run_id)
    more.run(lambda batch: None)
    assert domain.judged[0] == domain.seeds["two"]


def test_a_search_does_not_go_on_with_other_weights_at_the_same_path(
    journal: Journal, tmp_path: Path
) -> None:
    model = Scripted(doubled)
    model.name, weights = "gguf:weights", tmp_path / "weights"
    weights.write_bytes(b"1")
    model.files = [weights]  # type: ignore[attr-defined]
    asked = plan(operator="rewrite", model=model.name, evaluations=4)
    run = ElitesRun(asked, Sums(), journal=journal, llms=[model]).run_id
    journal.release(run)
    ElitesRun(asked, Sums(), journal=journal, llms=[model], run=run)
    journal.release(run)
    weights.write_bytes(b"2")
    with pytest.raises(LLMError, match=f"gguf:weights has other weights now .* than run {run} was"):
        ElitesRun(asked, Sums(), journal=journal, llms=[model], run=run)


def test_each_niche_keeps_its_best(journal: Journal) -> None:
    search = ElitesRun(plan(evaluations=200), Sums(), journal=journal)
    search.run(lambda batch: None)
    best: dict[tuple[int, ...], float] = {}
    for batch in batches(journal, search.run_id):
        for elite in batch["elites"]:
            niche = elite["measures"][0], min(int(elite["measures"][1]) // 5, 3)
            assert elite["objective"] > best.get(niche, -1.0)
            best[niche] = elite["objective"]
    standing = search.archive.standing
    assert standing.filled == len(best) > 2
    assert standing.qd_score == sum(best.values())
    assert standing.best == max(best.values())


def test_a_search_that_was_cut_off_anywhere_ends_as_one_that_was_not(tmp_path: Path) -> None:
    with closing(Journal(tmp_path / "whole.db")) as journal:
        whole = ElitesRun(plan(), Sums(), journal=journal)
        whole.run(lambda batch: None)
    for cut in (1, 4):
        path = tmp_path / f"{cut}.db"
        with closing(Journal(path)) as journal:
            search = ElitesRun(plan(), Sums(), journal=journal)
            going = search._search.batches()
            for _ in range(cut):
                journal.append(search.run_id, [("batch", next(going).as_dict())])
            next(going)  # what is not written down is lost
        with closing(Journal(path)) as journal:
            run = journal.find("last")
            resumed = ElitesRun(Plan.read(journal, run), Sums(), journal=journal, run=run)
            assert resumed.run(lambda batch: None).evaluated == 60
            assert told(resumed) == told(whole)


def test_a_resumed_search_asks_nothing_twice(journal: Journal) -> None:
    asking = plan(operator="rewrite", model="scripted", evaluations=22, batch=4)
    whole = ElitesRun(asking, Sums(), journal=journal, llms=[Scripted(doubled)])
    whole.run(lambda batch: None)
    model = Scripted(doubled)
    cut = ElitesRun(asking, Sums(), journal=journal, llms=[model])
    assert cut.run(lambda batch: None, Budget(tokens=130)).cause is Finish.BUDGET
    asked = len(model.queries)
    assert 4 < asked < 20
    assert asked % 4  # it stopped in the middle of a batch
    journal.release(cut.run_id)
    resumed = ElitesRun(asking, Sums(), journal=journal, llms=[model], run=cut.run_id)
    assert resumed.run(lambda batch: None).cause is Finish.EVALUATIONS
    assert len(model.queries) == 20
    assert told(resumed) == told(whole)


def test_a_strangers_archive_is_not_gone_on_with(journal: Journal) -> None:
    begun = plan(evaluations=22, batch=4)
    search = ElitesRun(begun, Sums(), journal=journal)
    search.run(lambda batch: None)
    assert ElitesRun(begun, Sums(), journal=journal, run=search.run_id).archive
    journal.release(search.run_id)
    add(journal.path, search.run_id, ("note", {}))
    for use in (
        lambda other: ElitesRun(begun, Sums(), journal=other, run=search.run_id),
        lambda other: list(examples(other, search.run_id)),
    ):
        with (
            closing(Journal(journal.path)) as other,
            pytest.raises(JournalError, match=f"autoagent trust {search.run_id} --db"),
        ):
            use(other)


ASKING: dict[str, Any] = {"operator": "rewrite", "model": "scripted", "evaluations": 40, "batch": 4}


@pytest.mark.parametrize("most", [1, 4, 5, 10])
@pytest.mark.parametrize("at_once", [1, 3])
def test_calls_are_bounded_exactly(journal: Journal, most: int, at_once: int) -> None:
    model = Scripted(doubled)
    search = ElitesRun(
        plan(**ASKING, calls=most), Sums(), journal=journal, llms=[model], at_once=at_once
    )
    finished = search.run(lambda batch: None)
    assert (finished.cause, finished.evaluated) == (Finish.CALLS, 2 + most)
    assert len(model.queries) == most


@pytest.mark.parametrize("tokens", [20, 130, 160])
def test_calls_of_a_search_that_was_cut_off_are_those_of_all_of_it(
    journal: Journal, tokens: int
) -> None:
    bounded = plan(**ASKING, calls=10)
    whole = ElitesRun(bounded, Sums(), journal=journal, llms=[Scripted(doubled)])
    whole.run(lambda batch: None)
    model = Scripted(doubled)
    cut = ElitesRun(bounded, Sums(), journal=journal, llms=[model])
    assert cut.run(lambda batch: None, Budget(tokens=tokens)).cause is Finish.BUDGET
    assert len(model.queries) < 10
    journal.release(cut.run_id)
    known = Plan.read(journal, cut.run_id)
    assert known == bounded
    resumed = ElitesRun(known, Sums(), journal=journal, llms=[model], run=cut.run_id)
    assert resumed.run(lambda batch: None).cause is Finish.CALLS
    assert len(model.queries) == 10
    assert told(resumed) == told(whole)


def test_with_more_calls_and_evaluations_it_goes_on(journal: Journal) -> None:
    model = Scripted(doubled)
    first = ElitesRun(plan(**ASKING, calls=5), Sums(), journal=journal, llms=[model])
    first.run(lambda batch: None)
    journal.release(first.run_id)
    for evaluations, calls, cause in ((40, 9, Finish.CALLS), (12, 20, Finish.EVALUATIONS)):
        more = plan(**ASKING | {"evaluations": evaluations}, calls=calls)
        again = ElitesRun(more, Sums(), journal=journal, llms=[model], run=first.run_id)
        assert again.run(lambda batch: None).cause is cause
        assert Plan.read(journal, first.run_id) == more
        journal.release(first.run_id)
    assert len(model.queries) == 10 == again._search.evaluated - 2


def test_how_many_are_asked_at_once_changes_nothing(journal: Journal) -> None:
    def meeting(query: str) -> str:
        if len(model.queries) <= 3:
            assert soon(lambda: model.most_at_once == 3)
        return doubled(query)

    model = Scripted(meeting)
    alone = ElitesRun(plan(**ASKING), Sums(), journal=journal, llms=[Scripted(doubled)])
    together = ElitesRun(plan(**ASKING), Sums(), journal=journal, llms=[model], at_once=3)
    for search in (alone, together):
        search.run(lambda batch: None)
    assert told(alone) == told(together)
    assert model.most_at_once == 3


def test_what_a_model_writes_is_counted_by_its_faults(journal: Journal) -> None:
    seen: list[Batch] = []
    asking = plan(operator="diff", model="scripted", evaluations=10)
    ElitesRun(asking, Sums(), journal=journal, llms=[Scripted(lambda query: "no")]).run(seen.append)
    assert (seen[-1].valid, seen[-1].faults) == (0, {"the diff does not apply": 8})


def test_a_pause_loses_nothing(journal: Journal) -> None:
    search = ElitesRun(plan(), Sums(), journal=journal)
    finished = search.run(lambda batch: search.pause())
    assert (finished.cause, finished.evaluated) == (Finish.PAUSED, 2)
    assert journal.end(search.run_id) == finished.as_dict()


def test_seeds_that_are_no_programs_are_refused(journal: Journal) -> None:
    domain = Sums()
    domain.seeds = {"none": "print()\n"}
    with pytest.raises(ValueError, match=r"no seed is a program of sums: NoSum"):
        ElitesRun(plan(starts=("none",)), domain, journal=journal).run(lambda batch: None)
    with pytest.raises(ValueError, match=r"sums has no seed 'one', and .* known: none"):
        ElitesRun(plan(), domain, journal=journal)


def test_a_plan_without_evaluations_is_refused() -> None:
    with pytest.raises(ValueError, match=r"evaluations must be from 1 to 1000000000, got 0"):
        plan(evaluations=0)


def test_a_damaged_record_is_told(journal: Journal) -> None:
    search = ElitesRun(plan(evaluations=10), Sums(), journal=journal)
    search.run(lambda batch: None)
    (first, *_) = batches(journal, search.run_id)
    journal.append(search.run_id, [("batch", first)])  # a number that was there before
    with pytest.raises(JournalError, match=r"is damaged: event \d+ \(batch\)"):
        list(batches(journal, search.run_id))


class Line(Sums):
    """Has one axis, and does not judge all sums well."""

    axes = Sums.axes[:1]
    objective = "sum"

    def judge(self, programs: Sequence[str]) -> list[Judged]:
        return [self._on_a_line(each) for each in super().judge(programs)]

    def _on_a_line(self, judged: Judged) -> Judged:
        odd = {
            3.0: Judged(objective=math.nan, measures=(2.0,)),
            5.0: Judged(objective=5.0, measures=(math.inf,)),
            6.0: Judged(objective=6.0, measures=()),
            7.0: Judged(objective="many", measures=(1.0,)),  # type: ignore[arg-type]
            8.0: Judged(fault=": what was raised has no name"),
        }
        found = odd.get(judged.objective) or replace(judged, measures=judged.measures[:1])
        return judged if judged.fault else found


def test_what_no_archive_can_hold_is_a_fault(journal: Journal, tmp_path: Path) -> None:
    seen: list[Batch] = []
    domain = Line()
    domain.seeds = {str(n): f"total = {n}\n" for n in range(3, 9)}
    domain.seeds["two"] = "total = 1 + 2 + 6\n"
    search = ElitesRun(plan(starts=tuple(domain.seeds), evaluations=30), domain, journal=journal)
    assert search.run(seen.append).cause is Finish.EVALUATIONS
    assert (seen[0].valid, seen[0].faults) == (2, {"misjudged": 4, "nameless": 1})
    assert seen[0].standing.best == 9.0
    write(tmp_path, search.archive, domain, journal, search.run_id)
    with Image.open(tmp_path / "heatmap.png") as image:
        assert image.size > (100, 100)


def test_each_program_must_be_judged(journal: Journal) -> None:
    search = ElitesRun(plan(), Sums(), journal=journal, judge=lambda programs: [])
    with pytest.raises(ValueError, match="sums judged 0 programs of 2"):
        search.run(lambda batch: None)
