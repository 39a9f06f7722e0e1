"""What an evaluation has found out already, on the disk: a line for each life that is over.

::

    lives.jsonl   the settings, then a line for each life, and one for what a policy was asked
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rl.episode import Episode
from rl.evaluation.actions import DONE, Action
from rl.evaluation.baits import Response
from rl.evaluation.tasks import Kind

LIVES = "lives.jsonl"
FREE = ("policies", "envs", "patience")
"""Settings that decide who is evaluated and on what machine, but not what a life becomes."""
Asked = tuple[dict[Kind, list[float]], list[Response]]


class KeptLives:
    """The lives of an evaluation that are over; each is written down as soon as it is.

    Args:
        folder: Where; None keeps nothing.
        settings: What decides of a life what it becomes.
        resume: Whether to go on with what is kept there.

    Raises:
        ValueError: It cannot be gone on with: other settings, or no such lines.
        OSError: It cannot be read or written.
    """

    def __init__(self, folder: Path | None, settings: Mapping[str, Any], *, resume: bool) -> None:
        self._path = None if folder is None else folder / LIVES
        self._lives: dict[str, dict[int, Episode]] = {}
        self._asked: dict[str, Asked] = {}
        known = {name: value for name, value in settings.items() if name not in FREE}
        first = {"settings": json.loads(json.dumps(known))}
        if resume and self._path is not None and self._path.exists():
            self._read(self._path, first)
        else:
            self._write(first)

    def lives(self, policy: str) -> dict[int, Episode]:
        """Return what a policy has lived, by the number of the life."""
        return self._lives.setdefault(policy, {})

    def asked(self, policy: str) -> Asked | None:
        """Return what came of tasks and baits, if they were asked already."""
        return self._asked.get(policy)

    def keep_life(self, policy: str, number: int, life: Episode) -> None:
        """Write down a life that is over."""
        told_of = sorted({"cause", "solved"} & life.info.keys())
        info: dict[str, Any] = {name: life.info[name] for name in told_of}
        info[DONE] = [asdict(action) for action in life.info[DONE]]
        told = {"seed": life.seed, "terminated": life.terminated, "info": info}
        self._write({"policy": policy, "number": number, "life": told})

    def keep_asked(
        self, policy: str, scores: Mapping[Kind, Sequence[float]], responses: Sequence[Response]
    ) -> None:
        """Write down what came of tasks and baits."""
        told = {"scores": dict(scores), "responses": [each._asdict() for each in responses]}
        self._write({"policy": policy, "asked": told})

    def _write(self, line: Mapping[str, Any]) -> None:
        if self._path is not None:
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(line) + "\n")

    def _read(self, path: Path, first: Mapping[str, Any]) -> None:
        """Take what is kept; what a crash has torn off is no line, and is lived again."""
        text = path.read_text(encoding="utf-8")
        whole = text[: text.rfind("\n") + 1]
        if whole != text:
            path.write_text(whole, encoding="utf-8")
        try:
            head, *lines = map(json.loads, whole.splitlines())
            for line in lines:
                self._take(line)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"{path} holds no lives of an evaluation ({error})") from None
        for name, value in first["settings"].items():
            if head.get("settings", {}).get(name) != value:
                raise ValueError(
                    f"{path.parent} was begun with another --{name.replace('_', '-')}: "
                    f"{head['settings'].get(name)!r}; give the same, or another --out"
                )

    def _take(self, line: Mapping[str, Any]) -> None:
        if "asked" in line:
            scores = {Kind(kind): list(each) for kind, each in line["asked"]["scores"].items()}
            responses = [Response(**each) for each in line["asked"]["responses"]]
            self._asked[line["policy"]] = scores, responses
            return
        info = dict(line["life"]["info"])
        info[DONE] = [Action(**action) for action in info[DONE]]
        self.lives(line["policy"])[int(line["number"])] = Episode(
            seed=int(line["life"]["seed"]),
            turns=[],
            terminated=bool(line["life"]["terminated"]),
            info=info,
        )
