"""Adapters in GGUF files: found, told apart from others, and the same in llama.cpp and torch."""

from pathlib import Path

import pytest

from autoagent.llm import LlamaCpp, LLMError, load, smollm2_path
from autoagent.llm.adapters import BASE, adapter_path, bundled, check_base
from autoagent.llm.causal import Transformers
from autoagent.llm.causal.gguf import GGUF
from genetic.translate.forge.asked import FRAME

SOURCE = """const fs = require("fs");
const numbers = fs.readFileSync(0, "utf8").trim().split(" ").map(Number);
let sum = 0;
for (const number of numbers) {
  sum += number;
}
console.log("Sum: " + sum);
"""


def test_bundled_adapters_have_a_card() -> None:
    assert bundled() == ["c"]
    path = adapter_path("c")
    card = path.with_suffix(".md").read_text("utf-8")
    assert "Apache-2.0" in card
    check_base(GGUF(path), smollm2_path())


def test_an_adapter_that_does_not_exist_is_told() -> None:
    with pytest.raises(LLMError, match=r"no adapter 'rust': bundled are c; .* path"):
        load("smollm2:rust")


def test_weights_are_no_adapter() -> None:
    with pytest.raises(LLMError, match="but no adapter"):
        load(f"smollm2:{smollm2_path()}")


def test_an_adapter_of_another_model_is_refused() -> None:
    file = GGUF(adapter_path("c"))
    file.metadata |= {BASE: "0" * 64, "general.base_model.0.name": "another"}
    with pytest.raises(LLMError, match=r"was trained on another \(sha256 000000000000\)"):
        check_base(file, smollm2_path())


def test_a_damaged_adapter_is_told(tmp_path: Path) -> None:
    path = tmp_path / "cut.gguf"
    path.write_bytes(adapter_path("c").read_bytes()[:1_000_000])
    with pytest.raises(LLMError, match="is damaged: it is cut off"):
        load(f"smollm2:{path}")
    with pytest.raises(LLMError, match="damaged"):
        Transformers(f"smollm2:{path}")


@pytest.mark.slow
def test_llama_cpp_and_torch_answer_alike() -> None:
    asked = {"seed": 0, "temperature": 0.0, "max_tokens": 48, "frame": FRAME}
    native = load("smollm2:c")
    assert isinstance(native, LlamaCpp)
    assert native.name == "smollm2:c"
    here = native.complete(SOURCE, **asked)  # type: ignore[arg-type]
    native.close()
    there = Transformers("smollm2:c").complete(SOURCE, **asked)  # type: ignore[arg-type]
    assert here.text == there.text
    assert "int main(void) {" in here.text
