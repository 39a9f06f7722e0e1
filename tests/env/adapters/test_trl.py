"""The environment as TRL's trainer takes it: the same life as gymnasium's, and real tools."""

import warnings
from functools import partial
from pathlib import Path

import gymnasium
import pytest
from datasets import Dataset
from trl import GRPOConfig, GRPOTrainer
from trl.chat_template_utils import qwen3_chat_template

from autoagent.llm.causal import load_causal
from env.adapters.trl import ToolSurvival
from env.microtasks import solution


def test_it_walks_the_same_trajectory_as_gymnasium() -> None:
    env = gymnasium.make("env:autoagent/Survival-v1", max_steps=6, difficulty=4)
    tool = ToolSurvival(max_steps=6, difficulty=4)
    for seed in (3, 4):
        observed, _ = env.reset(seed=seed)
        asked = tool.reset(seed=seed, prompt=[{"role": "user", "content": ""}])
        rewards, ended = 0.0, False
        while not ended:
            assert asked == observed["query"]
            answer = "x = 1" if seed == 4 else solution(observed["query"]) or ""
            observed, reward, terminated, truncated, info = env.step(answer)
            asked, ended = tool.answer(answer), terminated or truncated
            rewards += float(reward)
        assert tool.get_reward() == rewards
        expected = "is dead (starved)" if info["cause"] else "no more steps"
        assert expected in asked
        assert tool.answer("x = 1") == asked  # nothing is lived after the end
        assert tool.get_reward() == rewards
    env.close()


def test_rows_without_a_seed_are_refused() -> None:
    with pytest.raises(ValueError, match="needs a column 'seed'"):
        ToolSurvival(max_steps=6).reset(prompt=[{"role": "user", "content": ""}])


def test_trl_takes_it_as_an_environment(tmp_path: Path) -> None:
    tiny = load_causal("tiny")
    tiny.tokenizer.chat_template = qwen3_chat_template
    rows = Dataset.from_list([{"prompt": [{"role": "user", "content": ""}], "seed": 3}] * 2)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        trainer = GRPOTrainer(
            model=tiny.model,
            processing_class=tiny.tokenizer,
            train_dataset=rows,
            environment_factory=partial(ToolSurvival, max_steps=4),
            args=GRPOConfig(
                output_dir=str(tmp_path),
                use_cpu=True,
                bf16=False,
                report_to=[],
                max_steps=1,
                num_generations=2,
                per_device_train_batch_size=2,
                max_completion_length=8,
                save_strategy="no",
            ),
        )
        trainer.train()
    assert [tool.__name__ for tool in trainer.tools] == ["answer"]
    assert "rewards/ToolSurvival/mean" in {key for log in trainer.state.log_history for key in log}
