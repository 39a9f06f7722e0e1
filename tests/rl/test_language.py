"""The policy that is a language model: what it samples is what it scores."""

from pathlib import Path
from typing import Any

import gymnasium
import pytest
import torch

from autoagent.llm import LLMError
from autoagent.llm.causal import Transformers
from autoagent.llm.causal.checkpoint import read_sampling
from rl.episode import Decision
from rl.policies import Diverged
from rl.policies.language import LanguagePolicy, check_spaces

QUERIES: list[Any] = ["", {"query": "x = [1,\n    2]", "step": 3}, "a b c " * 40, "Write."]
CAP = 8


def made(lora: int | None = None, spec: str = "tiny", **options: Any) -> LanguagePolicy:
    return LanguagePolicy(spec, lora=lora, max_tokens=CAP, device="cpu", **options)


@pytest.fixture(scope="module", params=[None, 4], ids=["all weights", "lora"])
def policy(request: pytest.FixtureRequest) -> LanguagePolicy:
    """A policy that is left as it is."""
    return made(request.param, temperature=0.7)


def generators(*seeds: int) -> list[torch.Generator]:
    return [torch.Generator().manual_seed(seed) for seed in seeds]


def decided(policy: LanguagePolicy) -> list[Decision]:
    """Decisions of different lengths, some of them cut: the last ones end before the cap."""
    decisions = policy.act(QUERIES, generators(0, 1, 2, 3))
    ended = policy.act(QUERIES, generators(4, 5, 6, 7))
    shorter = [
        Decision(
            action="",
            context=decision.context,
            tokens=decision.tokens[: 2 + number],
            log_probs=decision.log_probs[: 2 + number],
        )
        for number, decision in enumerate(ended)
    ]
    return decisions + shorter


def nudge(policy: LanguagePolicy) -> None:
    """Train it, in a way."""
    chance = torch.Generator().manual_seed(1)
    with torch.no_grad():
        for parameter in policy.parameters():
            parameter += 0.02 * torch.randn(parameter.shape, generator=chance)


def test_sampled_and_recomputed_log_probabilities_agree(policy: LanguagePolicy) -> None:
    decisions = decided(policy)
    assert {decision.cut for decision in decisions} == {True, False}
    scores = policy.score(decisions)
    assert scores.log_probs.shape == scores.entropy.shape == scores.mask.shape == (8, CAP)
    assert scores.log_probs.dtype == torch.float32
    for row, decision in enumerate(decisions):
        length = len(decision.tokens)
        assert torch.allclose(scores.log_probs[row, :length], decision.log_probs, atol=1e-4)
        assert scores.mask[row].tolist() == [1.0] * length + [0.0] * (CAP - length)


def test_a_constrained_policy_scores_what_it_samples(tmp_path: Path) -> None:
    pytest.importorskip("llguidance")
    policy, loose = made(4, "constrained:tiny", temperature=0.7), made(4, temperature=0.7)
    decisions = policy.act(QUERIES, generators(0, 1, 2, 3))
    scores, others = policy.score(decisions), loose.score(decisions)
    for row, decision in enumerate(decisions):
        length = len(decision.tokens)
        assert torch.allclose(scores.log_probs[row, :length], decision.log_probs, atol=1e-4)
    assert bool((scores.log_probs >= others.log_probs - 1e-4).all())  # others share the rest
    assert bool((scores.log_probs > others.log_probs + 1e-3).any())
    (scores.log_probs.sum() + scores.entropy.sum()).backward()
    assert all(bool(each.grad.isfinite().all()) for each in policy.parameters())
    assert torch.allclose(policy.reference(decisions), scores.log_probs.detach(), atol=1e-4)
    policy.save(tmp_path)
    assert read_sampling(tmp_path).constrained
    assert policy.settings()["llm"] == "constrained:tiny"


def test_actions_are_texts_with_opening_and_closing(policy: LanguagePolicy) -> None:
    for decision in policy.act(QUERIES, generators(0, 1, 2, 3)):
        assert decision.action.startswith("```python\n")
        assert decision.action.endswith("\n```") != decision.cut


def test_neighbours_change_nothing(policy: LanguagePolicy) -> None:
    together = policy.act(QUERIES, generators(0, 1, 2, 3))
    for seed, query in enumerate(QUERIES):
        (alone,) = policy.act([query], generators(seed))
        assert alone.action == together[seed].action
        assert torch.equal(alone.tokens, together[seed].tokens)
        assert torch.allclose(alone.log_probs, together[seed].log_probs, atol=1e-4)


def test_a_large_batch_is_split() -> None:
    one = made(batch=1).act(QUERIES, generators(0, 1, 2, 3))
    many = made().act(QUERIES, generators(0, 1, 2, 3))
    assert [decision.action for decision in one] == [decision.action for decision in many]


def test_only_sampled_tokens_have_a_gradient(policy: LanguagePolicy) -> None:
    decisions = decided(policy)
    scores = policy.score(decisions)
    parameters = list(policy.parameters())
    padding = (scores.log_probs * (1 - scores.mask)).sum()
    for gradient in torch.autograd.grad(padding, parameters, allow_unused=True, retain_graph=True):
        assert gradient is None or not gradient.any()
    whole = torch.autograd.grad((scores.log_probs * scores.mask).sum(), parameters)
    alone = [torch.zeros_like(parameter) for parameter in parameters]
    for decision in decisions:
        scored = policy.score([decision]).log_probs.sum()
        for total, part in zip(alone, torch.autograd.grad(scored, parameters), strict=True):
            total += part
    for together, apart in zip(whole, alone, strict=True):
        assert torch.allclose(together, apart, atol=1e-4)


def test_the_reference_stays_when_the_policy_moves() -> None:
    for lora in (None, 4):
        policy = made(lora)
        decisions = policy.act(QUERIES, generators(0, 1, 2, 3))
        with torch.no_grad():
            before = policy.score(decisions).log_probs
        nudge(policy)
        assert torch.allclose(policy.reference(decisions), before, atol=1e-5)
        with torch.no_grad():
            assert not torch.allclose(policy.score(decisions).log_probs, before, atol=1e-3)


def test_what_is_observed_follows_from_the_prompt_alone(policy: LanguagePolicy) -> None:
    decisions = policy.act(QUERIES, generators(0, 1, 2, 3))
    others = policy.act(QUERIES, generators(9, 8, 7, 6))
    seen = policy.observe(decisions)
    assert seen.shape == (4, policy.features) == (4, 64)
    assert torch.equal(seen, policy.observe(others))
    assert torch.allclose(policy.observe(decisions[1:2]), seen[1:2], atol=1e-5)


def test_a_state_comes_back_and_another_is_refused() -> None:
    first, second = made(4), made(4, seed=5)
    nudge(first)
    decisions = first.act(QUERIES, generators(0, 1, 2, 3))
    second.load_state_dict({name: each.clone() for name, each in first.state_dict().items()})
    with torch.no_grad():
        assert torch.equal(first.score(decisions).log_probs, second.score(decisions).log_probs)
    assert first.settings() == second.settings()
    assert first.settings()["kind"] == "language"
    for other in (made(8), made()):
        with pytest.raises(ValueError, match="another architecture"):
            other.load_state_dict(first.state_dict())


@pytest.mark.parametrize("lora", [None, 4])
def test_what_is_saved_runs_as_an_agent(
    lora: int | None, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    policy = made(lora, temperature=0.7)
    nudge(policy)
    policy.save(tmp_path / "policy")
    model = Transformers(f"hf:{tmp_path / 'policy'}")
    assert (model.temperature, model.max_tokens) == (0.7, CAP)
    for seed, query in enumerate(["", "Write.", "x = [1,\n    2]"]):
        (decision,) = policy.act([query], generators(seed))
        done = model.complete(query, seed=seed, temperature=0.7, max_tokens=CAP)
        assert done.text == decision.action
    assert not list((tmp_path / "policy").glob("*.bin"))
    assert capfd.readouterr() == ("", "")
    further = LanguagePolicy(f"hf:{tmp_path / 'policy'}", lora=2, max_tokens=CAP, device="cpu")
    decisions = policy.act(QUERIES, generators(0, 1, 2, 3))
    assert torch.allclose(further.observe(decisions), policy.observe(decisions), atol=1e-4)


def test_an_adapter_for_another_model_is_told(tmp_path: Path) -> None:
    made(4).save(tmp_path)
    weights = tmp_path / "adapter_model.safetensors"
    from safetensors.torch import load_file, save_file

    whole = load_file(weights)
    save_file({name: whole[name] for name in list(whole)[1:]}, weights)
    with pytest.raises(LLMError, match="does not fit tiny.* 1 names differ"):
        Transformers(f"hf:{tmp_path}")
    changed = {name: each[..., :-1].contiguous() for name, each in whole.items()}
    save_file(changed, weights)
    with pytest.raises(LLMError, match="does not fit tiny"):
        Transformers(f"hf:{tmp_path}")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"temperature": 0}, "temperature must be above 0"),
        ({"temperature": float("inf")}, "finite"),
        ({"lora": 0}, "rank of at least 1"),
        ({"batch": 0}, "batch must be at least 1"),
    ],
)
def test_impossible_settings_are_told(options: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        made(**options)


def test_weights_that_are_no_numbers_are_told() -> None:
    policy = made()
    with torch.no_grad():
        next(iter(policy.parameters())).fill_(float("nan"))
    with pytest.raises(Diverged, match="no numbers"):
        policy.act(["Write."], generators(0))


def test_only_environments_of_texts() -> None:
    text, number = gymnasium.spaces.Text(9), gymnasium.spaces.Discrete(3)
    check_spaces(text, text)
    check_spaces(gymnasium.spaces.Dict({"query": text, "step": number}), text)
    for says in (number, gymnasium.spaces.Dict({"step": number})):
        with pytest.raises(ValueError, match="needs texts as observations"):
            check_spaces(says, text)
    with pytest.raises(ValueError, match="needs texts as actions"):
        check_spaces(text, number)


def test_an_answer_longer_than_the_context_is_told() -> None:
    with pytest.raises(LLMError, match="max_tokens is 10000"):
        LanguagePolicy("tiny", max_tokens=10_000)


def test_all_weights_of_a_model_with_adapters_cannot_be_trained(tmp_path: Path) -> None:
    LanguagePolicy("tiny", lora=2, device="cpu").save(tmp_path)
    with pytest.raises(LLMError, match="model with adapters, .* give --lora"):
        LanguagePolicy(f"hf:{tmp_path}", device="cpu")
