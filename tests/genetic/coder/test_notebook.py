"""The notebook that draws metrics: it runs, and what is committed of it was executed."""

from pathlib import Path

import pytest

nbclient = pytest.importorskip("nbclient")
nbformat = pytest.importorskip("nbformat")
pytest.importorskip("ipykernel")
pytest.importorskip("matplotlib")

NOTEBOOK = Path(__file__).parents[3] / "examples" / "coder" / "metrics.ipynb"
METRICS = """\
pair,repeat,bleu,sequence_matcher,loops,tokens,passing,clean,runs,tests
level_0/a,0,1.0,1.0,1.0,200.0,1.0,1.0,1.0,1.0
level_0/b,0,0.25,0.5,3.0,900.0,0.0,0.0,1.0,0.0
level_1/c,0,0.0,0.1,1.0,300.0,1.0,1.0,1.0,
"""
LONGEST = 250


def outputs(notebook: "nbformat.NotebookNode") -> tuple[str, int]:
    """Return what a notebook printed, and how many pictures it drew."""
    told = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    printed = "".join(output.text for output in told if output.output_type == "stream")
    return printed, sum("image/png" in output.get("data", {}) for output in told)


def executed(folder: Path) -> "nbformat.NotebookNode":
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    where = {"metadata": {"path": str(folder)}}
    client = nbclient.NotebookClient(
        notebook, timeout=LONGEST, startup_timeout=LONGEST, resources=where
    )
    return client.execute()


def test_it_draws_the_metrics_of_an_evaluation(tmp_path: Path) -> None:
    place = tmp_path / "eval" / "own" / "2026-11-29T00-00-00"
    place.mkdir(parents=True)
    (place / "metrics.csv").write_text(METRICS)
    printed, pictures = outputs(executed(tmp_path))
    assert printed == f"{(place / 'metrics.csv').relative_to(tmp_path)}: 3 completions of 3 pairs\n"
    assert pictures == 3


def test_it_is_committed_with_what_came_out() -> None:
    printed, pictures = outputs(nbformat.read(NOTEBOOK, as_version=4))
    assert "completions of 24 pairs" in printed
    assert pictures == 3
