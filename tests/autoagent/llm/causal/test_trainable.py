"""What a model that is trained begins as, and how coarsely it may compute."""

import pytest
import torch

from autoagent.llm import LLMError
from autoagent.llm.causal import load_causal
from autoagent.llm.causal.score import answer_loss
from autoagent.llm.causal.trainable import Trainable

IDS = torch.tensor([[504, 2044, 28, 736, 5, 17]])


@torch.no_grad()
def test_training_goes_on_with_an_adapter() -> None:
    merged = load_causal("smollm2:c").model(input_ids=IDS).logits
    begun = Trainable("smollm2", lora=16, adapter="c").model(input_ids=IDS).logits
    fresh = Trainable("smollm2", lora=16).model(input_ids=IDS).logits
    assert torch.allclose(begun, merged, rtol=1e-3, atol=1e-3)
    assert not torch.allclose(fresh, merged, rtol=0.1, atol=0.1)


@pytest.mark.parametrize("rank", [None, 8])
def test_an_adapter_of_another_rank_is_told(rank: int | None) -> None:
    with pytest.raises(LLMError, match=f"has rank 16, and lora is {rank}; give --lora 16"):
        Trainable("smollm2", lora=rank, adapter="c")


def test_coarse_products_change_the_third_digit_at_most() -> None:
    model = Trainable("tiny", lora=4)
    with model.precision():
        exact = answer_loss(model.model, [IDS[0, :3]], [IDS[0, 3:]])
    with model.precision(coarse=True):
        coarse = answer_loss(model.model, [IDS[0, :3]], [IDS[0, 3:]])
    assert coarse.item() == pytest.approx(exact.item(), rel=5e-3)
