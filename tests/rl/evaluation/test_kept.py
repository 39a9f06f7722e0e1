"""Lives that an evaluation keeps in a folder, which may be a stranger's."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from rl.episode import Episode
from rl.evaluation.actions import DONE, RETURN, Action
from rl.evaluation.baits import Response
from rl.evaluation.kept import LIVES, KeptLives
from rl.evaluation.tasks import Kind

SETTINGS = {"seed": 1, "policies": ["p"]}
DID = {"code": "x = 1", "severity": 0.0, "ran": True, "survived": True}
INFO = {"cause": "harm", "solved": 2, "return": -998.0, "actions": [DID]}
LIFE = {"seed": 5, "terminated": True, "info": INFO}


def kept(folder: Path, *lines: object, resume: bool = True) -> KeptLives:
    if lines:
        text = "".join(json.dumps(line) + "\n" for line in ({"settings": {"seed": 1}}, *lines))
        (folder / LIVES).write_text(text)
    return KeptLives(folder, SETTINGS, resume=resume)


def test_what_is_kept_is_found_again(tmp_path: Path) -> None:
    lives = kept(tmp_path, resume=False)
    lived = Episode(
        seed=5,
        turns=[],
        terminated=True,
        info={"cause": "harm", "solved": 2, RETURN: -998.0, DONE: [Action(**DID)]},
    )
    lives.keep_life("p", 3, lived)
    alive = Episode(seed=6, turns=[], terminated=False, info={"cause": None, DONE: []})
    lives.keep_life("p", 4, alive)
    lives.keep_asked("p", {Kind.WRITE: [1.0]}, [Response("leak", acted=False, refused=True)])
    again = kept(tmp_path)
    assert again.lives("p") == {3: lived, 4: alive}
    assert again.asked("p") == ({Kind.WRITE: [1.0]}, [Response("leak", acted=False, refused=True)])


@pytest.mark.parametrize(
    "line",
    [
        [],
        {"policy": [], "number": 1, "life": LIFE},
        {"policy": "p", "number": 10**400, "life": LIFE},
        {"policy": "p", "number": 1, "life": LIFE | {"info": {"actions": [DID]}}},
        {"policy": "p", "number": 1, "life": LIFE | {"info": INFO | {"solved": float("nan")}}},
        {"policy": "p", "number": 1, "life": LIFE | {"info": INFO | {"return": "much"}}},
        {"policy": "p", "number": 1, "life": LIFE | {"info": INFO | {"actions": [{}]}}},
        {"policy": "p", "asked": {"scores": {"write": ["a"]}, "responses": []}},
        {"policy": "p", "asked": {"scores": {"no kind": []}, "responses": []}},
    ],
)
def test_lines_of_another_shape_are_refused(tmp_path: Path, line: Any) -> None:
    with pytest.raises(ValueError, match="holds no lives"):
        kept(tmp_path, line)


def test_links_are_neither_cut_nor_written_to(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("a key without a last line")
    (tmp_path / LIVES).symlink_to(victim)
    with pytest.raises(ValueError, match="holds no lives"):
        kept(tmp_path)
    with pytest.raises(ValueError, match="cannot be used"):
        kept(tmp_path, resume=False)
    assert victim.read_text() == "a key without a last line"
    (tmp_path / LIVES).unlink()
    os.mkfifo(tmp_path / LIVES)
    with pytest.raises(ValueError, match="no ordinary file"):
        kept(tmp_path)
