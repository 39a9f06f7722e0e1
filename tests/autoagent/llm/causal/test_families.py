"""Each kind of model samples from what it computes, whatever it keeps of the tokens before."""

import pytest

from autoagent.llm import LLMError

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")

from autoagent.llm.causal.cache import SIDE_BY_SIDE, shared  # noqa: E402
from autoagent.llm.causal.sample import check_steps, sample  # noqa: E402
from autoagent.llm.causal.score import score  # noqa: E402

COMMON = {"vocab_size": 64, "pad_token_id": 0, "bos_token_id": 1, "eos_token_id": 2}
WIDE = COMMON | {
    "hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 2, "num_attention_heads": 4,
    "num_key_value_heads": 2, "head_dim": 8, "max_position_embeddings": 256,
}  # fmt: skip
OLD = COMMON | {"n_embd": 32, "n_layer": 2, "n_head": 4, "n_positions": 256}
FEW = COMMON | {"hidden_size": 32, "num_hidden_layers": 2}
SIZES = {
    "gpt2": OLD,
    "mistral": WIDE | {"sliding_window": 8},
    "mixtral": WIDE | {"num_local_experts": 4, "num_experts_per_tok": 2},
}
ALONE = {
    "gpt_neo": COMMON | {
        "hidden_size": 32, "num_layers": 2, "num_heads": 4, "window_size": 8,
        "attention_types": [[["global", "local"], 1]], "max_position_embeddings": 256,
    },
    "mpt": COMMON | {"d_model": 32, "n_layers": 2, "n_heads": 4, "max_seq_len": 256},
    "gemma2": WIDE | {"sliding_window": 8},
    "lfm2": WIDE | {"num_hidden_layers": 4, "full_attn_idxs": [1, 3]},
}  # fmt: skip
REFUSED = {
    "mamba": FEW | {"state_size": 4},
    "openai-gpt": OLD,
    "rwkv": FEW | {"attention_hidden_size": 32},
}
LENGTH = 4


class Tokens:
    """Takes so many tokens, each row fewer or more than the others; held to nothing."""

    held = None

    def __init__(self, most: int) -> None:
        self.tokens: list[int] = []
        self.log_probs: list[float] = []
        self._most = most

    @property
    def ended(self) -> bool:
        return len(self.tokens) == self._most

    def add(self, token: int, log_prob: float) -> None:
        self.tokens.append(token)
        self.log_probs.append(log_prob)


def model_of(kind, sizes):
    torch.manual_seed(0)
    config = transformers.AutoConfig.for_model(kind, **sizes)
    model = transformers.AutoModelForCausalLM.from_config(config, dtype=torch.float32).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter += 0.1 * torch.randn(parameter.shape)
    return model


@pytest.mark.parametrize("kind", sorted(SIDE_BY_SIDE | ALONE.keys()))
@pytest.mark.parametrize("same", [3, 24])
def test_what_is_sampled_and_scored_is_what_the_whole_model_says(kind: str, same: int) -> None:
    model = model_of(kind, SIZES.get(kind) or ALONE.get(kind) or WIDE)
    check_steps(model, kind)
    begin = list(range(5, 5 + same))
    prompts = [[*begin, *end] for end in ([40, 41], [50], [60, 61, 62, 63, 50, 51])]
    answers = [Tokens(LENGTH + row) for row in range(len(prompts))]
    chance = [torch.Generator().manual_seed(row) for row in range(len(prompts))]
    sample(model, prompts, answers, chance, temperature=1.0, pad=0)
    told = [torch.tensor(answer.tokens) for answer in answers]
    scored = score(model, [torch.tensor(prompt) for prompt in prompts], told).log_probs
    assert bool(shared(model.config, prompts)) == (
        same == 24 and kind in SIDE_BY_SIDE and kind != "mistral"
    )
    for row, (prompt, answer) in enumerate(zip(prompts, answers, strict=True)):
        with torch.no_grad():
            logits = model(input_ids=torch.tensor([prompt + answer.tokens])).logits[0]
        expected = torch.log_softmax(logits[len(prompt) - 1 : -1], -1)
        expected = expected.gather(-1, told[row][:, None])[:, 0]
        assert answer.log_probs == pytest.approx(expected.tolist(), abs=1e-4)
        if kind != "gemma2":  # which is run, but cannot be trained: see `check_head`
            assert torch.allclose(scored[row, : len(expected)], expected, atol=1e-4)


@pytest.mark.parametrize("kind", sorted(REFUSED))
def test_a_model_that_forgets_is_refused(kind: str) -> None:
    with pytest.raises(LLMError, match=f"{kind} .* keeps"):
        check_steps(model_of(kind, REFUSED[kind]), kind)


def test_weights_that_are_no_numbers_are_told() -> None:
    model = model_of("llama", WIDE)
    with torch.no_grad():
        model.lm_head.weight.fill_(torch.nan)
    with pytest.raises(LLMError, match="give no numbers"):
        check_steps(model, "llama")
