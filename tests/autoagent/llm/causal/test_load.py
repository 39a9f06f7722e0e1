import re
import subprocess
import sys

import pytest

from autoagent.llm import Human, LLMError, OpenAICompatible, load


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
