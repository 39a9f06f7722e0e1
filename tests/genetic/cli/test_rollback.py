"""Searches that share the past of others, up to a call of a model or a batch."""

from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import typer

from autoagent.cli.forking import roll_back
from autoagent.cli.options import PricedServer
from autoagent.journal import Journal, JournalError
from genetic.cli.elm_runs import ElmRuns
from genetic.cli.evolve_runs import EvolveRuns, OptimizeRuns
from genetic.elm import ElitesRun, Plan
from genetic.elm.run import batches
from genetic.optimize import run
from tests.commands import autoagent, lines, refused
from tests.genetic.elm.conftest import Sums, plan
from tests.genetic.evolve.world import ended, run_of
from tests.genetic.fakes import Model

SETTINGS: dict[str, Any] = {"calls": 15, "batch": 2}


def forked(path: Path, *arguments: Any, **options: Any) -> str:
    (told,) = lines(autoagent("rollback", *arguments, "--db", path, "--json"))
    return str(told["run"])


@pytest.fixture
def searched(tmp_path: Path) -> tuple[str, list[dict[str, Any]]]:
    """Return the id of a search and its lineage."""
    search, _ = run_of(tmp_path, **SETTINGS)
    return search.run_id, ended(search)


def test_a_search_goes_on_from_a_call_as_it_went_or_by_another_seed_otherwise(
    tmp_path: Path, searched: tuple[str, list[dict[str, Any]]]
) -> None:
    path = tmp_path / "journal.db"
    run, lineage = searched
    shared, other = forked(path, run, "--to", "9"), forked(path, run, "--to", "9", "--seed", "7")
    search, model = run_of(tmp_path, **SETTINGS, run=shared)
    assert ended(search) == lineage
    assert len(model.queries) == 15 - 9, "what is shared is not asked again"
    search, again = run_of(tmp_path, **SETTINGS, run=other)
    future = ended(search)
    assert len(again.queries) == 15 - 9
    with closing(Journal(path, read_only=True)) as journal:
        shared_past = [row for row in lineage if row["calls"] <= 8]
        assert [event.data for event in journal.events(other, "born")] == future
    assert len(shared_past) > 3
    assert future[: len(shared_past)] == shared_past
    assert future != lineage


def test_it_is_another_run_and_the_first_one_is_left_as_it_is(
    tmp_path: Path, searched: tuple[str, list[dict[str, Any]]]
) -> None:
    path, (run, _) = tmp_path / "journal.db", searched
    done = autoagent("rollback", run, "--to", "0", "--llm", "human", "--db", path)
    told = done.stderr.decode()
    assert f"shares the past of {run} up to call 0" in told
    with closing(Journal(path, read_only=True)) as journal:
        shared = journal.find("last")
        assert f"`autoagent evolve --resume {shared} --db {path}` goes on" in told
        (begun,) = (event.data for event in journal.events(shared, "run"))
        assert begun["forked"] == {"run": run, "step": 0}
        assert (begun["models"], begun["llm"]) == (["human"], "human")
        assert journal.end(shared) is None
        assert journal.end(run) is not None


def test_bad_input_is_told(tmp_path: Path, searched: tuple[str, list[dict[str, Any]]]) -> None:
    path, (run, _) = tmp_path / "journal.db", searched
    back = ["rollback", run, "--db", path, "--to"]
    refused(autoagent(*back, "99"), "cannot go on from call 99: it has 0 to 15")
    refused(autoagent(*back, "1", "--llm", "nobody"), "unknown model 'nobody'")
    refused(
        autoagent(*back, "1", "--steps", "3"), "--steps concerns lives alone", "evolve --resume"
    )
    with closing(Journal(path)) as journal:
        assert sum(1 for _ in journal.runs()) == 1, "nothing was begun in vain"
    missing = tmp_path / "none.db"
    refused(autoagent("rollback", run, "--to", "0", "--db", missing), "there is no journal")
    assert not missing.exists()


def test_a_kind_of_another_package_may_know_no_way_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with closing(Journal(tmp_path / "journal.db")) as journal:
        run = journal.begin({"activity": "walk", "llm": "m", "prompt": ""})
    monkeypatch.setattr("autoagent.cli.forking.kind_of", lambda *_: object())
    with pytest.raises(typer.Exit):
        roll_back(
            None,  # type: ignore[arg-type] - what was given is not looked at
            *(run, 0),
            llm=None,
            seed=None,
            server=PricedServer(),
            db=tmp_path / "journal.db",
            json=False,
        )
    assert f"run {run} is a walk, which cannot be rolled back" in capsys.readouterr().err


def test_one_model_takes_the_place_of_one(tmp_path: Path) -> None:
    with closing(Journal(tmp_path / "journal.db")) as journal:
        search, _ = run_of(tmp_path, calls=1)
        ended(search)
        several = journal.fork(search.run_id, 1, _begun(journal, search.run_id, models=["a", "b"]))
        with pytest.raises(ValueError, match="asks 2 models"):
            EvolveRuns().fork(journal, several, 0, llm="c", seed=None)


def _begun(journal: Journal, run: str, **changed: Any) -> dict[str, Any]:
    return next(journal.events(run, "run")).data | changed


def test_an_optimisation_goes_on_from_a_step(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"

    def tried(model: Model, resume: str | None = None) -> list[str | None]:
        found = run("t", "q", lambda x: (float(x), ""), "1", 4, llm=model, db=path, resume=resume)
        return [step.x for step in found.history]

    def drawn() -> Model:
        return Model(lambda query, rng: f"So.\n```\n{rng.randrange(10**6)}\n```")

    whole, model = tried(drawn()), drawn()
    with closing(Journal(path)) as journal:
        first = journal.find("last")
        shared = OptimizeRuns().fork(journal, first, 2, llm=None, seed=3)
        other = OptimizeRuns().fork(journal, first, 2, llm="other", seed=None)
    with pytest.raises(JournalError, match="another llm: 'other'"):
        tried(model, other)
    future = tried(model, shared)
    assert (future[:3], len(future)) == (whole[:3], 5)
    assert future[3:] != whole[3:]
    assert len(model.queries) == 2


def test_map_elites_goes_on_from_a_batch(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    with closing(Journal(path)) as journal:
        whole = ElitesRun(plan(), Sums(), journal=journal)
        whole.run(lambda batch: None)
        with pytest.raises(ValueError, match="the operator tokens of run .* asks none"):
            ElmRuns().fork(journal, whole.run_id, 3, llm="m", seed=None)
        with pytest.raises(ValueError, match="from batch 9: it has 0 to 8"):
            ElmRuns().fork(journal, whole.run_id, 9, llm=None, seed=None)
        same, other = (
            ElmRuns().fork(journal, whole.run_id, 3, llm=None, seed=seed) for seed in (None, 5)
        )
        for shared in (same, other):
            taken = ElitesRun(Plan.read(journal, shared), Sums(), journal=journal, run=shared)
            taken.run(lambda batch: None)
        told = {name: _elites(journal, name) for name in (whole.run_id, same, other)}
        goes_on = ElmRuns().resumed(journal, other)
    assert goes_on == f"elm sums --out {tmp_path} --resume --run {other}"
    assert told[same] == told[whole.run_id]
    assert told[other][:4] == told[whole.run_id][:4]
    assert told[other] != told[whole.run_id]


def _elites(journal: Journal, run: str) -> list[Any]:
    return [batch["elites"] for batch in batches(journal, run)]
