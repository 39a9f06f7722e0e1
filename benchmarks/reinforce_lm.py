"""Measure what reinforcement learning asks of a language model: sampling answers, and scoring them.

Run `python -m benchmarks.reinforce_lm` on a quiet machine, or on one with a GPU. Sampling is
compared with transformers' `generate`: the same model, prompts, temperature and number of tokens,
the end of a turn ignored, and the log-probability of each token wanted from both. An update (the
log-probabilities with their gradient) is compared with the plain way, in which the model computes
the logits of all positions. The sides take turns.

With `--trl`, whole steps of TRL's RLOO are compared with ours on one task of a single turn: the
same prompts, completions for each, length of answers, and reward (how many letters are an `e`).

With `--learn N`, nothing is timed: the model is trained for N updates on that task, with adapters,
by the same algorithm that trains survival, to see whether it learns where an update costs seconds.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # as the command line does

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import gymnasium
import torch

from autoagent.llm import PROSE
from autoagent.llm.causal import load_causal
from autoagent.llm.causal.answering import Answering
from autoagent.llm.causal.sample import left_padded, sample
from autoagent.llm.causal.score import score
from autoagent.llm.causal.template import Template
from env import Unicode
from rl.baselines import open_baseline
from rl.policies.language import LanguagePolicy
from rl.reinforce import Reinforce
from rl.rollout import Rollouts

QUERIES = ("Write a class that models a stack.", "Simulate a coin toss.", "Count to ten.")
HISTORY = "def step_{0}(self):\n    self.count = {0}\n    return self.count * 2\n\n"
GOAL = 1.0


class Bench:
    """A model, prompts of different lengths, and answers to them."""

    def __init__(self, spec: str, rows: int, tokens: int, device: str | None) -> None:
        self.spec = spec
        self.tokens = tokens
        self.model, tokenizer = load_causal(spec, device=device)
        self.template = Template(tokenizer, self.model, name=spec)
        self.template.ends = frozenset()  # so that both sides sample as many tokens
        self.prompts = [
            self.template.prompt(
                "".join(HISTORY.format(step) for step in range(row)) + QUERIES[row % 3],
                tokens,
                PROSE,
            ).tokens
            for row in range(rows)
        ]
        self.answers = self._sampled()

    def ours(self) -> int:
        """Sample with our sampler; return how many tokens."""
        return sum(len(answer) for answer in self._sampled())

    @torch.no_grad()
    def theirs(self) -> int:
        """Sample with `generate`, log-probabilities included; return how many tokens."""
        ids, mask = left_padded(self.prompts, self.template.pad, self.model.device)
        done = self.model.generate(
            input_ids=ids, attention_mask=mask, max_new_tokens=self.tokens,
            min_new_tokens=self.tokens, do_sample=True, temperature=1.0, top_p=1.0, top_k=0,
            return_dict_in_generate=True, output_logits=True,
        )  # fmt: skip
        chosen = done.sequences[:, ids.shape[1] :]
        for logits, token in zip(done.logits, chosen.T, strict=True):
            torch.log_softmax(logits.float(), -1).gather(-1, token[:, None])
        return int(chosen.numel())

    def our_update(self) -> int:
        """Compute the gradient of the answers' log-probability; return how many tokens."""
        prompts = [torch.tensor(prompt) for prompt in self.prompts]
        scores = score(self.model, prompts, self.answers)
        return self._backward(scores.log_probs.sum())

    def plain_update(self) -> int:
        """Do the same with the logits of all positions."""
        rows = [
            torch.tensor([*prompt, *answer.tolist()])
            for prompt, answer in zip(self.prompts, self.answers, strict=True)
        ]
        ids = torch.nn.utils.rnn.pad_sequence(rows, batch_first=True).to(self.model.device)
        mask = torch.nn.utils.rnn.pad_sequence(
            [torch.ones(len(row)) for row in rows], batch_first=True
        ).to(self.model.device)
        logits = self.model(input_ids=ids, attention_mask=mask, use_cache=False).logits
        log_probs = torch.log_softmax(logits[:, :-1].float(), -1)
        chosen = log_probs.gather(-1, ids[:, 1:, None])[..., 0]
        total = sum(
            chosen[number, len(prompt) - 1 : len(row) - 1].sum()
            for number, (prompt, row) in enumerate(zip(self.prompts, rows, strict=True))
        )
        return self._backward(total)

    def _sampled(self) -> list[torch.Tensor]:
        answers = [Answering(self.template, PROSE, self.tokens) for _ in self.prompts]
        chance = [torch.Generator().manual_seed(row) for row in range(len(answers))]
        sample(self.model, self.prompts, answers, chance, temperature=1.0, pad=self.template.pad)
        return [torch.tensor(answer.tokens) for answer in answers]

    def _backward(self, total: Any) -> int:
        total.backward()
        self.model.zero_grad(set_to_none=True)
        return sum(map(len, self.answers))


def rates(sides: dict[str, Callable[[], int]], rounds: int) -> dict[str, float]:
    """Return each side's tokens per second, the median of all rounds but the first."""
    found: dict[str, list[float]] = {name: [] for name in sides}
    names = list(sides)
    for number in range(rounds + 1):
        for name in names[number % len(names) :] + names[: number % len(names)]:
            start = time.perf_counter()
            count = sides[name]()
            if torch.cuda.is_available():
                torch.cuda.synchronize()
            found[name].append(count / (time.perf_counter() - start))
    return {name: statistics.median(values[1:]) for name, values in found.items()}


def show(title: str, medians: dict[str, float]) -> None:
    """Print rates, the first side's ratio to the second, and whether that is enough."""
    (ours, mine), (theirs, other) = medians.items()
    verdict = "met" if mine >= GOAL * other else "MISSED"
    print(f"{title}: {ours} {mine:.1f} tokens/s, {theirs} {other:.1f}")
    print(f"  ratio {mine / other:.2f}, goal {GOAL}: {verdict}")


def letters(text: str) -> float:
    """Return the reward of the single-turn task: the share of letters that are an e."""
    return text.count("e") / max(len(text), 1)


def trl_step(bench: Bench, copies: int, steps: int) -> float:
    """Return the seconds of a step of TRL's RLOO with so many completions for each prompt."""
    from datasets import Dataset
    from trl import RLOOConfig, RLOOTrainer

    model, tokenizer = load_causal(bench.spec, dtype=torch.float32)
    tokenizer.padding_side = "left"
    texts = [tokenizer.decode(prompt) for prompt in bench.prompts]
    with tempfile.TemporaryDirectory() as folder:
        config = RLOOConfig(
            output_dir=folder, per_device_train_batch_size=len(texts) * copies,
            num_generations=copies, max_completion_length=bench.tokens, max_steps=steps + 1,
            learning_rate=1e-6, beta=0.0, report_to=[], save_strategy="no", logging_steps=10**6,
            disable_tqdm=True, generation_kwargs={"min_new_tokens": bench.tokens},
            use_cpu=not torch.cuda.is_available(), bf16=False, gradient_checkpointing=False,
        )  # fmt: skip
        marks: list[float] = []

        def reward(completions: list[str], **_: Any) -> list[float]:
            marks.append(time.perf_counter())
            return [letters(text) for text in completions]

        trainer = RLOOTrainer(
            model=model, processing_class=tokenizer, reward_funcs=reward, args=config,
            train_dataset=Dataset.from_dict({"prompt": texts}),
        )  # fmt: skip
        trainer.train()
    return statistics.median(b - a for a, b in pairwise(marks))


def our_step(bench: Bench, copies: int, steps: int) -> float:
    """Return the seconds of a step of ours: sample, reward, leave-one-out, gradient, Adam.

    How they are split is printed.
    """
    model = load_causal(bench.spec, dtype=torch.float32).model
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-6)
    prompts = [prompt for prompt in bench.prompts for _ in range(copies)]
    marks, sampling = [], []
    for step in range(steps + 1):
        start = time.perf_counter()
        answers = [Answering(bench.template, PROSE, bench.tokens) for _ in prompts]
        chance = [torch.Generator().manual_seed(step * 1000 + row) for row in range(len(prompts))]
        sample(model, prompts, answers, chance, temperature=1.0, pad=bench.template.pad)
        marks.append(time.perf_counter())
        sampling.append(marks[-1] - start)
        rewards = torch.tensor([letters(answer.text()) for answer in answers]).view(-1, copies)
        baseline = (rewards.sum(1, keepdim=True) - rewards) / (copies - 1)
        scores = score(
            model, [torch.tensor(prompt) for prompt in prompts],
            [torch.tensor(answer.tokens) for answer in answers],
        )  # fmt: skip
        advantages = (rewards - baseline).view(-1).to(scores.log_probs)
        loss = -(advantages * scores.log_probs.sum(1)).sum() / len(prompts)
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
    whole = statistics.median(b - a for a, b in pairwise(marks))
    print(f"of our step, sampling takes {statistics.median(sampling[1:]) / whole:.0%}")
    return whole


class Letters(gymnasium.Env[str, str]):
    """One query, one answer, and the share of its letters that are an e."""

    def __init__(self) -> None:
        self.observation_space: Any = Unicode(1000)
        self.action_space: Any = Unicode(10_000)

    def reset(self, *, seed: int | None = None, options: Any = None) -> tuple[str, dict[str, Any]]:
        """Ask."""
        super().reset(seed=seed)
        return QUERIES[(seed or 0) % len(QUERIES)], {}

    def step(self, action: str) -> tuple[str, float, bool, bool, dict[str, Any]]:
        """Reward."""
        return "", letters(action), True, False, {}


def learn(spec: str, updates: int, episodes: int, seed: int) -> list[float]:
    """Return the mean reward of each update."""
    policy = LanguagePolicy(spec, lora=8, max_tokens=24, seed=seed)
    learner = Reinforce(policy, open_baseline("rloo", policy, seed), lr=5e-4, micro_batch=8)
    rollouts, means = Rollouts(Letters, envs=episodes, seed=seed), []
    for update in range(1, updates + 1):
        lived = rollouts.collect(policy, update=update, episodes=episodes)
        means.append(statistics.mean(sum(each.rewards) for each in lived))
        learner.update(lived)
        print(f"update {update}: mean reward {means[-1]:.3f}", flush=True)
    rollouts.close()
    return means


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--llm", default="smollm2")
    parser.add_argument("--device")
    parser.add_argument("--rows", type=int, default=8)
    parser.add_argument("--tokens", type=int, default=64)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--trl", action="store_true", help="Compare steps with TRL's RLOO, too.")
    parser.add_argument("--learn", type=int, metavar="N", help="Train for N updates instead.")
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args()
    if chosen.learn:
        learn(chosen.llm, chosen.learn, 2 * chosen.rows, chosen.seed)
        return
    bench = Bench(chosen.llm, chosen.rows, chosen.tokens, chosen.device)
    lengths = [len(prompt) for prompt in bench.prompts]
    print(
        f"{chosen.llm} on {bench.model.device} in {bench.model.dtype}; {chosen.rows} prompts of "
        f"{min(lengths)} to {max(lengths)} tokens, answers of {chosen.tokens}; "
        f"median of {chosen.rounds} rounds"
    )
    show("sampling", rates({"ours": bench.ours, "generate": bench.theirs}, chosen.rounds))
    show("updating", rates({"ours": bench.our_update, "plain": bench.plain_update}, chosen.rounds))
    if chosen.trl:
        copies = 4
        ours, theirs = (step(bench, copies, chosen.rounds) for step in (our_step, trl_step))
        print(
            f"a step of REINFORCE, {chosen.rows * copies} answers: ours {ours:.2f} s, "
            f"TRL's RLOO {theirs:.2f} s, ratio {theirs / ours:.2f}"
        )


if __name__ == "__main__":
    main()
