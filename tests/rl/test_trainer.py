from __future__ import annotations

import json
import math
import pickle
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import gymnasium
import pytest
import torch
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from rl.ending import Cause, Finished
from rl.episode import Episode, Turn
from rl.logs import Figures, episode_figures, read_log
from rl.memory import OutOfMemory, told_when_out_of_memory
from rl.policies import Categorical
from rl.rollout import Rollouts
from rl.run_folder import CheckpointError
from rl.schedule import Schedule
from rl.settings import Settings
from rl.trainer import Progress, Trainer
from rl.watcher import Unwatched
from tests.rl.toys import ACTIONS, Counted, Hazard, Poisoned, Slow, Toy

BASELINES = ("none", "mean", "value", "rloo")


def trainer(
    folder: Path,
    *,
    make: Callable[[], Any] = Hazard,
    hidden: tuple[int, ...] = (8,),
    resume: bool = False,
    watcher: Unwatched | None = None,
    origin: dict[str, Any] | None = None,
    curriculum: Schedule | None = None,
    **changed: Any,
) -> Trainer:
    given = {"updates": 4, "episodes": 4, "envs": 2, "lr": 0.05, "kl": 0.01, "entropy": 0.01}
    settings = Settings(**(given | changed))
    rollouts = Rollouts(make, envs=settings.envs, seed=settings.seed)
    policy = Categorical(3, ACTIONS, hidden=hidden, seed=settings.seed)
    return Trainer(
        policy,
        rollouts,
        settings,
        folder,
        resume=resume,
        watcher=watcher,
        origin=origin,
        curriculum=curriculum,
    )


def weights(folder: Path) -> list[torch.Tensor]:
    return list(Categorical.load(folder / "policy").parameters())


def untimed(folder: Path) -> list[dict[str, Any]]:
    return [
        {name: value for name, value in line.items() if "seconds" not in name}
        for line in read_log(folder / "log.jsonl")
    ]


def same(one: Path, other: Path) -> bool:
    return all(map(torch.equal, weights(one), weights(other)))


@pytest.mark.parametrize("baseline", BASELINES)
def test_a_resumed_run_is_the_same_run(tmp_path: Path, baseline: str) -> None:
    whole, halves = tmp_path / "whole", tmp_path / "halves"
    trainer(whole, baseline=baseline).run()
    trainer(halves, baseline=baseline, updates=2).run()
    assert not same(whole, halves)
    finished = trainer(halves, baseline=baseline, resume=True).run()
    assert finished.cause is Cause.UPDATES
    assert same(whole, halves)
    assert untimed(whole) == untimed(halves)
    assert [line["update"] for line in untimed(halves)] == [1, 2, 3, 4]
    assert {path.name for path in halves.iterdir()} == {
        "settings.json", "checkpoint.pt", "policy", "log.jsonl", "tensorboard",
    }  # fmt: skip


@pytest.mark.parametrize(
    "changed",
    [
        {"group": 2, "baseline": "group"},
        {"epochs": 3, "ratio_clip": 0.2, "importance_cap": 2.0},
        {"lr_end": 0.001, "entropy_end": 0.5, "entropy_floor": 0.9, "horizon": 3},
        {"normalise": True, "harm": "constraint"},
    ],
)
def test_a_resumed_run_is_the_same_run_with_each_option(
    tmp_path: Path, changed: dict[str, Any]
) -> None:
    for folder, given in (("plain", {}), ("whole", changed)):
        trainer(tmp_path / folder, **given).run()
    assert not same(tmp_path / "plain", tmp_path / "whole")
    trainer(tmp_path / "halves", updates=2, **changed).run()
    trainer(tmp_path / "halves", resume=True, **changed).run()
    assert same(tmp_path / "whole", tmp_path / "halves")
    assert untimed(tmp_path / "whole") == untimed(tmp_path / "halves")
    logged = untimed(tmp_path / "whole")[0]
    assert (logged["price"] is None) == ("harm" not in changed)
    assert (logged["moved"] is None) == ("ratio_clip" not in changed)
    name, value = next(iter(changed.items()))
    with pytest.raises(ValueError, match=f"training.{name} was {value!r}"):
        trainer(tmp_path / "halves", resume=True)


def test_a_resumed_run_is_the_same_run_where_groups_begin_in_the_midst_of_lives(
    tmp_path: Path,
) -> None:
    given: dict[str, Any] = {"make": Counted, "group": 2, "lead": 2, "baseline": "group"}
    trainer(tmp_path / "whole", **given).run()
    trainer(tmp_path / "halves", updates=2, **given).run()
    trainer(tmp_path / "halves", resume=True, **given).run()
    lines = untimed(tmp_path / "whole")
    assert lines == untimed(tmp_path / "halves")
    assert same(tmp_path / "whole", tmp_path / "halves")
    assert all(line["env_steps"] > line["tokens"] for line in lines)  # the lives they go on from


def test_plain_reinforce_stays_what_it_is(tmp_path: Path) -> None:
    """What it came to under one seed when this was written, so that no option changes it."""
    trainer(tmp_path, kl=0.0, entropy=0.0).run()
    lines = untimed(tmp_path)
    assert [line["mean_return"] for line in lines] == [0.5, 1.25, 1.5, 3.5]
    losses, norms = ([line[name] for line in lines] for name in ("loss", "gradient_norm"))
    assert losses == pytest.approx([0.36529, 1.30578, 0.65709, 25.6511], rel=1e-3)
    assert norms == pytest.approx([1.16017, 2.45517, 1.70331, 14.46721], rel=1e-3)


class Harder(Hazard):
    """As dangerous as it is told to be."""

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> Any:
        assert options is not None
        self._hazard = options["difficulty"]
        return super().reset(seed=seed)


def test_a_curriculum_makes_lives_harder_and_goes_on_when_resumed(tmp_path: Path) -> None:
    given: dict[str, Any] = {"make": Harder, "curriculum": Schedule(0.1, 1.0, 4)}
    trainer(tmp_path / "whole", **given).run()
    trainer(tmp_path / "halves", updates=2, **given).run()
    trainer(tmp_path / "halves", resume=True, **given).run()
    lines = untimed(tmp_path / "whole")
    assert [line["difficulty"] for line in lines] == pytest.approx([0.1, 0.4, 0.7, 1.0])
    assert lines[0]["survived"] > lines[3]["survived"] == 0.0
    assert same(tmp_path / "whole", tmp_path / "halves")
    assert lines == untimed(tmp_path / "halves")


def test_groups_begin_before_lives_are_over(tmp_path: Path) -> None:
    class Short(Counted):
        max_steps = 4

    words = "lead must be below max_steps, which is 4, got 4"
    with pytest.raises(ValueError, match=words):
        trainer(tmp_path, make=Short, group=2, lead=4)
    trainer(tmp_path, make=Short, group=2, lead=3)


def test_groups_in_the_midst_of_lives_need_an_environment_that_can(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="lead needs an environment with get_state"):
        trainer(tmp_path / "run", group=2, lead=1)
    assert not (tmp_path / "run").exists()


def test_runs_with_one_seed_are_equal_and_others_are_not(tmp_path: Path) -> None:
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        trainer(tmp_path / name, seed=seed).run()
    assert same(tmp_path / "a", tmp_path / "b")
    assert untimed(tmp_path / "a") == untimed(tmp_path / "b")
    assert not same(tmp_path / "a", tmp_path / "c")


def test_tensorboard_has_the_same_figures(tmp_path: Path) -> None:
    trainer(tmp_path).run()
    board = EventAccumulator(str(tmp_path / "tensorboard")).Reload()
    seen = [event.value for event in board.Scalars("train/mean_return")]
    assert seen == pytest.approx([line["mean_return"] for line in untimed(tmp_path)])
    assert [event.value for event in board.Scalars("ends/hazard")] == [4.0] * 4


def test_another_setting_is_named_when_a_run_is_resumed(tmp_path: Path) -> None:
    trainer(tmp_path, origin={"hazards": "hunger"}).run()
    with pytest.raises(ValueError, match=r"training.gamma was 0.99, is 0.5") as told:
        trainer(tmp_path, gamma=0.5, baseline="mean", resume=True, origin={"hazards": "hunger"})
    assert "training.baseline was 'rloo', is 'mean'" in str(told.value)
    assert "lr" not in str(told.value)
    with pytest.raises(ValueError, match="origin.hazards was 'hunger', is 'drift'"):
        trainer(tmp_path, resume=True, origin={"hazards": "drift"})
    with pytest.raises(ValueError, match=r"policy.hidden was \[8\], is \[9\]"):
        trainer(tmp_path, hidden=(9,), resume=True, origin={"hazards": "hunger"})
    more = trainer(tmp_path, updates=6, envs=3, resume=True, origin={"hazards": "hunger"})
    assert more.run().progress.update == 6


def test_a_checkpoint_of_another_architecture_is_refused(tmp_path: Path) -> None:
    trainer(tmp_path / "a").run()
    trainer(tmp_path / "b", hidden=(9,)).run()
    (tmp_path / "a" / "checkpoint.pt").replace(tmp_path / "b" / "checkpoint.pt")
    with pytest.raises(CheckpointError, match=r"policy.hidden was \[8\], is \[9\]"):
        trainer(tmp_path / "b", hidden=(9,), resume=True)


@pytest.mark.parametrize(
    ("part", "change", "words"),
    [
        ("training", {"gamma": 0.5}, "training.gamma was 0.99, is 0.5"),
        ("origin", {"hazards": "drift"}, "origin.hazards was 'hunger', is 'drift'"),
    ],
)
def test_settings_that_were_edited_do_not_pass(
    tmp_path: Path, part: str, change: dict[str, Any], words: str
) -> None:
    """The checkpoint remembers what it was made with."""
    trainer(tmp_path, updates=1, origin={"hazards": "hunger"}).run()
    path = tmp_path / "settings.json"
    record = json.loads(path.read_text())
    record[part] |= change
    path.write_text(json.dumps(record))
    given: dict[str, Any] = {"origin": {"hazards": "hunger"}}
    given |= change if part == "training" else {"origin": change}
    with pytest.raises(ValueError, match=words):
        trainer(tmp_path, resume=True, **given)


@pytest.mark.parametrize(
    "change",
    [{"record": 3}, {"optimizer": 5}, {"progress": [1]}, {"policy": [1]}, {"rng": 3}],
)
def test_a_checkpoint_with_something_else_in_it_is_refused(
    tmp_path: Path, change: dict[str, Any]
) -> None:
    trainer(tmp_path, updates=1).run()
    path = tmp_path / "checkpoint.pt"
    torch.save(torch.load(path, weights_only=True) | change, path)
    with pytest.raises(CheckpointError, match=r"checkpoint\.pt does not"):
        trainer(tmp_path, resume=True)


class Ran:
    def __reduce__(self) -> Any:
        return (print, ("code in a checkpoint was run",))


@pytest.mark.parametrize("data", [b"", b"nothing", pickle.dumps(Ran())])
def test_a_broken_or_hostile_checkpoint_is_refused(
    tmp_path: Path, data: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    trainer(tmp_path).run()
    (tmp_path / "checkpoint.pt").write_bytes(data)
    with pytest.raises(CheckpointError, match="cannot read the checkpoint"):
        trainer(tmp_path, resume=True)
    torch.save({"policy": Ran()}, tmp_path / "checkpoint.pt")
    with pytest.raises(CheckpointError, match="cannot read the checkpoint"):
        trainer(tmp_path, resume=True)
    assert capsys.readouterr().out == ""


def test_a_folder_in_use_is_refused_and_so_is_none(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("all of it")
    with pytest.raises(ValueError, match="is not empty; give another --out"):
        trainer(tmp_path)
    with pytest.raises(CheckpointError, match="is no training run: settings.json: No such file"):
        trainer(tmp_path, resume=True)
    (tmp_path / "settings.json").write_text("[]")
    with pytest.raises(CheckpointError, match="is no object"):
        trainer(tmp_path, resume=True)
    (tmp_path / "settings.json").write_text("[" * 100_000)
    with pytest.raises(CheckpointError, match="settings.json: it is nested too deeply"):
        trainer(tmp_path, resume=True)


def test_what_cannot_be_a_log_is_told(tmp_path: Path) -> None:
    started = trainer(tmp_path)
    (tmp_path / "log.jsonl").mkdir()
    with pytest.raises(CheckpointError, match=r"cannot open the log .*log\.jsonl: Is a directory"):
        started.run()


def test_what_is_no_number_stops_the_run_and_the_last_good_checkpoint_is_kept(
    tmp_path: Path,
) -> None:
    Poisoned.resets = 0
    finished = trainer(tmp_path / "bad", make=Poisoned, updates=50).run()
    assert finished.cause is Cause.DIVERGED
    assert "update 3 was not made" in finished.detail
    assert "--lr" in finished.detail
    trainer(tmp_path / "good", updates=2).run()
    assert same(tmp_path / "good", tmp_path / "bad")
    assert [line["update"] for line in untimed(tmp_path / "bad")] == [1, 2]


def test_budgets_end_a_run_and_say_which(tmp_path: Path) -> None:
    def run(name: str, **budget: Any) -> Finished[Progress, Figures]:
        return trainer(tmp_path / name, updates=1000, **budget).run()

    steps = run("steps", env_steps=30)
    assert steps.cause is Cause.ENV_STEPS
    assert steps.detail == "the budget of 30 env_steps is reached"
    assert 30 <= steps.progress.env_steps < 200
    seconds = run("seconds", seconds=0.01)
    assert seconds.cause is Cause.SECONDS
    assert seconds.progress.update < 1000
    more = trainer(tmp_path / "steps", updates=1000, env_steps=300, resume=True).run()
    assert more.progress.env_steps >= 300


def test_a_budget_of_seconds_ends_an_update_that_is_made_again(tmp_path: Path) -> None:
    given = {"make": Slow, "updates": 2, "episodes": 16}
    first = trainer(tmp_path / "short", seconds=0.05, **given).run()
    assert (first.cause, first.progress.update) == (Cause.SECONDS, 0)
    assert first.detail == "the budget of 0.05 seconds is reached after update 0"
    assert first.progress.seconds >= 0.05
    again = trainer(tmp_path / "short", seconds=0.05, resume=True, **given).run()
    assert again.progress == first.progress  # what was spent counts
    trainer(tmp_path / "short", resume=True, **given).run()
    trainer(tmp_path / "whole", **given).run()
    assert same(tmp_path / "short", tmp_path / "whole")
    assert untimed(tmp_path / "short") == untimed(tmp_path / "whole")


def test_what_the_log_tells_of_lives() -> None:
    decision = Toy(1, ACTIONS).decision(0, [1])
    good, bad = (Turn(decision=decision, reward=1.0, harm=harm) for harm in (False, True))
    lives = [
        Episode(seed=0, turns=[good, bad], terminated=True, info={"cause": "harm", "solved": 1}),
        Episode(seed=1, turns=[good, good], terminated=False, info={"solved": 2}),
    ]
    told = episode_figures(lives)
    assert (told["solved"], told["harmed"], told["survived"]) == (1.5, 0.5, 1.5)
    assert episode_figures([replace(lives[1], info={})])["solved"] is None


class Pausing(Unwatched):
    """Pauses a run in the midst of its third update."""

    trainer: Trainer

    def moved(self, update: int, done: int, env_steps: int) -> None:
        if update == 3:
            self.trainer.pause()


def test_a_paused_run_goes_on_as_if_nothing_had_happened(tmp_path: Path) -> None:
    watcher = Pausing()
    watcher.trainer = trainer(tmp_path / "paused", watcher=watcher)
    finished = watcher.trainer.run()
    assert finished.cause is Cause.STOPPED
    assert finished.detail == "stopped after update 2"
    trainer(tmp_path / "paused", resume=True).run()
    trainer(tmp_path / "whole").run()
    assert same(tmp_path / "whole", tmp_path / "paused")


def test_updates_that_were_logged_but_not_kept_are_logged_once(tmp_path: Path) -> None:
    """A program that is killed between the two."""
    trainer(tmp_path, updates=2).run()
    with (tmp_path / "log.jsonl").open("a") as log:
        log.write(json.dumps({"update": 3}) + '\n{"update": 4')
    trainer(tmp_path, updates=3, resume=True).run()
    assert [line["update"] for line in read_log(tmp_path / "log.jsonl")] == [1, 2, 3]


@pytest.mark.parametrize("line", [b"garbage", b"[1]", b'{"a": 1}', b"\xff", b"[" * 100_000])
def test_a_damaged_log_is_named_by_its_line(tmp_path: Path, line: bytes) -> None:
    (tmp_path / "log.jsonl").write_bytes(b'{"update": 1}\n' + line + b"\n")
    with pytest.raises(ValueError, match=r"line 2 of .*log\.jsonl is no record"):
        read_log(tmp_path / "log.jsonl")


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        (
            {"baseline": "critic"},
            "unknown baseline 'critic'; known: none, mean, value, rloo, group",
        ),
        ({"episodes": 1}, "episodes must be at least 2, got 1; the baseline rloo"),
        ({"episodes": 0, "baseline": "none"}, "episodes must be at least 1, got 0"),
        ({"updates": 0}, "updates must be at least 1"),
        ({"episodes": 6, "group": 4}, "must be a multiple of group, which is 4, got 6; 8 would do"),
        ({"group": 0}, "group must be at least 1, got 0"),
        ({"lead": 2}, "lead is for groups, but group is 1; got lead 2"),
        ({"epochs": 2}, "epochs must be 1 where ratios are not clipped, got 2; give ratio_clip"),
        ({"ratio_clip": 1.0}, "ratio_clip must be below 1, got 1.0"),
        ({"importance_cap": 0.0}, "importance_cap must be a number more than 0"),
        ({"entropy_floor": 0.5}, "entropy_floor bounds the entropy bonus, which is 0"),
        ({"lr_end": 0.1}, "lr_end is arrived at in the update horizon; give horizon"),
        ({"horizon": 1}, "horizon must be at least 2, got 1"),
        ({"normalise": 1}, "normalise must be true or false, got 1"),
        ({"gamma": 1.5}, "gamma must be from 0 to 1, got 1.5"),
        ({"gamma": math.nan}, "gamma must be from 0 to 1"),
        ({"lr": 0.0}, "lr must be a number more than 0"),
        ({"lr": math.inf}, "lr must be a number more than 0"),
        ({"lr": 1e38}, "lr must be at most 100"),
        ({"kl": -1.0}, "kl must be a number, 0 or more"),
        ({"entropy": math.nan}, "entropy must be a number, 0 or more"),
        ({"seconds": -1.0}, "seconds must be a number more than 0"),
        ({"seed": -1}, "seed must be from 0 to 9223372036854775807, got -1"),
        ({"seed": 2**63}, "seed must be from 0 to"),
        ({"seed": None}, "seed must be a whole number, got None"),
        ({"envs": 1.5}, "envs must be a whole number, got 1.5"),
        ({"gamma": "x"}, "gamma must be a number, got 'x'"),
        ({"clip": True}, "clip must be a number, got True"),
    ],
)
def test_settings_that_cannot_be_are_told(changed: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Settings(**changed)


def test_out_of_memory_says_what_to_lower() -> None:
    with pytest.raises(OutOfMemory, match="lower --micro-batch"):  # noqa: SIM117
        with told_when_out_of_memory("lower --micro-batch"):
            torch.empty(1 << 50)
    for size in (1 << 60, 1 << 70):
        with pytest.raises(OutOfMemory), told_when_out_of_memory("--lora"):
            torch.empty(size, 64)
    with pytest.raises(OutOfMemory), told_when_out_of_memory("--envs"):
        raise MemoryError
    with pytest.raises(RuntimeError, match="something else"), told_when_out_of_memory("--envs"):
        raise RuntimeError("something else")


class Returns(Unwatched):
    """Remembers returns."""

    def __init__(self) -> None:
        self.returns: list[float] = []

    def updated(self, figures: Figures) -> None:
        self.returns.append(figures.mean_return)


@pytest.mark.parametrize("baseline", BASELINES[1:])
def test_it_learns_to_balance_a_pole(tmp_path: Path, baseline: str) -> None:
    rollouts = Rollouts(lambda: gymnasium.make("CartPole-v1"), envs=4)
    policy = Categorical.between(rollouts.observation_space, rollouts.action_space, hidden=(32,))
    settings = Settings(updates=12, episodes=8, envs=4, lr=0.02, baseline=baseline, gamma=0.95)
    watcher = Returns()
    Trainer(policy, rollouts, settings, tmp_path, watcher=watcher).run()
    rollouts.close()
    assert sum(watcher.returns[-3:]) > 2 * sum(watcher.returns[:3])
