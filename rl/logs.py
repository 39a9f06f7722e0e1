"""What a training run writes down of each update."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from autoagent.events import count
from autoagent.files import appending, inner_folder, read_whole, replacing
from rl.episode import Episode

STEP_LIMIT = "step limit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What an update was like.

    Attributes:
        update: Its number; the first one is 1.
        mean_return: Mean sum of the environments' rewards, neither discounted nor penalised.
        survived: Mean number of steps that were survived: all but the one that was death.
        solved: Mean number of micro-tasks that were solved; None where none were posed.
        harmed: Share of lives that did harm.
        ends: How many episodes ended of what: a cause of death, or the step limit.
        loss: See `rl.learner.Step`, also for the next five, and for price, moved and kept.
        entropy: In nats for each token.
        kl: In nats for each turn; None without penalty.
        gradient_norm: Before clipping.
        mismatch: Between log-probabilities when sampled and when scored.
        tokens: Sampled for this update.
        episodes: Since the run began, as are all below.
        env_steps: Those of abandoned attempts included.
        replaced: Environments that hung, or whose wall broke.
        seconds: Of training.
        difficulty: Of its lives, where there is a curriculum.
        rollout_seconds: That this update's episodes took.
        update_seconds: That learning from them took.
    """

    update: int
    mean_return: float
    survived: float
    ends: Mapping[str, int]
    loss: float
    entropy: float
    kl: float | None
    gradient_norm: float
    mismatch: float
    tokens: int
    episodes: int
    env_steps: int
    replaced: int
    seconds: float
    rollout_seconds: float
    update_seconds: float
    solved: float | None = None
    harmed: float = 0.0
    price: float | None = None
    moved: float | None = None
    kept: int | None = None
    difficulty: float | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return the figures as plain data."""
        return asdict(self)


def episode_figures(episodes: Sequence[Episode]) -> dict[str, Any]:
    """Return how episodes went: returns, steps survived, tasks solved, harm, and their ends."""
    count = len(episodes)
    solved = [float(each.info["solved"]) for each in episodes if "solved" in each.info]
    survived = sum(len(episode.turns) - episode.terminated for episode in episodes)
    return {
        "mean_return": sum(sum(episode.rewards) for episode in episodes) / count,
        "survived": survived / count,
        "solved": sum(solved) / len(solved) if solved else None,
        "harmed": sum(any(turn.harm for turn in each.turns) for each in episodes) / count,
        "ends": dict(sorted(Counter(map(_end, episodes)).items())),
    }


def _end(episode: Episode) -> str:
    return str(episode.info.get("cause") or "ended") if episode.terminated else STEP_LIMIT


class RunLog:
    """Writes ``log.jsonl``, a line for each update, and ``tensorboard/``.

    Args:
        folder: The run's.
        update: The last update that counts; what was written of later ones is forgotten.
    """

    def __init__(self, folder: Path, update: int) -> None:
        # It takes most of a second to import, and is needed by no other part.
        from torch.utils.tensorboard import SummaryWriter

        path = folder / "log.jsonl"
        kept = [line for line in read_log(path) if line["update"] <= update]
        with replacing(path) as file:
            file.writelines((json.dumps(line) + "\n").encode() for line in kept)
        self._lines = appending(path)
        self._board = SummaryWriter(
            str(inner_folder(folder / "tensorboard")), purge_step=update + 1
        )

    def write(self, figures: Figures) -> None:
        """Write an update down."""
        values = figures.as_dict()
        self._lines.write(json.dumps(values) + "\n")
        self._lines.flush()
        number, ends = values.pop("update"), values.pop("ends")
        tags = {f"train/{name}": value for name, value in values.items() if value is not None}
        tags |= {f"ends/{cause}": count for cause, count in ends.items()}
        for tag, value in tags.items():
            self._board.add_scalar(tag, value, number)

    def close(self) -> None:
        """Write no more."""
        self._lines.close()
        self._board.close()


def read_log(path: Path) -> list[dict[str, Any]]:
    """Return the whole lines of a log; a last one that was cut off is none.

    Raises:
        ValueError: A line, which is named by its number, is no record of an update.
    """
    if not path.exists():
        return []
    whole = []
    for number, line in enumerate(read_whole(path).split(b"\n")[:-1], start=1):
        try:
            figures = json.loads(line)
        except (ValueError, RecursionError):
            figures = None
        if not isinstance(figures, dict) or not count(figures.get("update")):
            raise ValueError(f"line {number} of {path} is no record of an update; remove it")
        whole.append(figures)
    return whole
