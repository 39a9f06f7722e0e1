import subprocess
import sys

import pytest

from autoagent.llm import Human, LLMError, OpenAICompatible, load


@pytest.mark.parametrize(
    "spec", ["", "gpt", "gguf:", "hf:", "openai:", "recorded:latest", "smollm2:x"]
)
def test_an_unknown_model_lists_the_known_ones(spec: str) -> None:
    with pytest.raises(
        LLMError, match="smollm2, gguf:PATH, hf:DIR, openai:MODEL, recorded:RUN, human"
    ):
        load(spec)


def test_names_stand_for_models() -> None:
    assert isinstance(load("human"), Human)
    model = load("openai:some:model", base_url="http://localhost:1/v1")
    assert isinstance(model, OpenAICompatible)
    assert model.name == "openai:some:model"


def test_importing_the_package_imports_no_model_library() -> None:
    heavy = ["openai", "llama_cpp", "httpx2", "tenacity", "numpy", "torch", "transformers"]
    code = f"import sys, autoagent.llm; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("spec", ["gguf:~nobody-here/model.gguf", "hf:~nobody-here/model"])
def test_the_home_of_nobody_is_told(spec: str) -> None:
    with pytest.raises(LLMError, match="write the whole path"):
        load(spec)
