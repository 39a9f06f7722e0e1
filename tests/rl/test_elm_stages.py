"""Evolution through large models, its second and third stage: what was found is learnt."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from autoagent.journal import Journal
from autoagent.llm.causal import Transformers
from genetic.elm import ElitesRun, Finish, Plan, open_domain
from genetic.elm.bugfix import PARITY
from genetic.elm.examples import examples, written
from genetic.elm.languages import PYTHON
from genetic.elm.operators import STYLES
from rl.examples import Example, read_examples
from rl.finetune import Finetuning, Settings
from tests.genetic.elm.conftest import Scripted, plan

DOMAIN = "parity:1"
SHORT: dict[str, Any] = {"domain": DOMAIN, "starts": ("broken",), "max_tokens": 8}


def mended(query: str) -> str:
    """Answer with the diff that mends the function."""
    before, after = (text.splitlines() for text in (PARITY.broken(1), PARITY.source))
    return "\n".join(["```diff", *difflib.unified_diff(before, after, lineterm=""), "```"])


def kept(path: Path, found: Iterable[dict[str, Any]]) -> list[Example]:
    """Return examples as a file keeps them."""
    path.write_text("".join(json.dumps(each) + "\n" for each in found))
    return read_examples(path).kept


def asked(journal: Journal, run: str) -> list[dict[str, Any]]:
    return [event.data for event in journal.events(run, "call")]


@pytest.mark.parametrize("operator", ["diff", "write"])
def test_what_was_found_is_learnt_and_comes_back_into_the_loop(
    tmp_path: Path, operator: str
) -> None:
    with (
        closing(Journal(tmp_path / "journal.db")) as journal,
        closing(open_domain(DOMAIN, together=1)) as domain,
    ):
        first = plan(operator="diff", model="scripted", evaluations=3, **SHORT)
        search = ElitesRun(first, domain, journal=journal, llms=[Scripted(mended)])
        search.run(lambda batch: None)
        found = {
            "diff": examples(journal, search.run_id),
            "write": written(search.archive, domain),
        }[operator]
        learnt = kept(tmp_path / "examples.jsonl", found)
        assert {each.frame for each in learnt} == {STYLES[operator](PYTHON).frame}
        texts = [each.frame.opening + each.answer for each in learnt]
        program = PARITY.source.strip()
        read = [
            STYLES[operator](PYTHON).read(PARITY.broken(1), text).strip() for text in texts[-1:]
        ]
        assert read == [program], "what is learnt is read as it was when it was found"

        settings = Settings(llm="tiny", epochs=1, batch=2, lr=1e-3, n_ctx=1024)
        Finetuning(learnt, settings, tmp_path / "taught").run()
        taught = f"hf:{tmp_path / 'taught' / 'model'}"
        second: Plan = plan(operator=operator, model=taught, evaluations=3, **SHORT)
        with closing(Transformers(taught)) as model:
            again = ElitesRun(second, domain, journal=journal, llms=[model])
            finished = again.run(lambda batch: None)
        assert (finished.cause, finished.evaluated) == (Finish.EVALUATIONS, 3)
        assert [call["model"] for call in asked(journal, again.run_id)] == [taught] * 2
