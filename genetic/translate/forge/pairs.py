"""Make pairs of programs that do the same, and pairs of a broken program with a mended one."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Literal

from genetic.translate.forge.c import INCLUDES, CWriter
from genetic.translate.forge.compose import Composed, Composer
from genetic.translate.forge.ir import shape
from genetic.translate.forge.js import JSWriter, Style
from genetic.translate.forge.shapes import is_bundled, is_held_out
from genetic.translate.forge.shared import Unspeakable
from genetic.translate.forge.verify import Trial

LEVELS = (1, 2)
FEWEST_LINES = {1: 8, 2: 20}
MOST_CHARACTERS = {1: 1_500, 2: 2_900}
"""Of both programs together: a small model is taught with short ones."""
HARDER = 0.25
"""Of the programs of level 1, those with the means of level 2, but shorter."""
INPUTS = 4
BATCH = 24
"""Pairs that are run at once."""
Split = Literal["train", "test"]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two programs that do the same.

    Attributes:
        seed: All of it follows from this, the level and the split.
        level: How much there is in it.
        javascript: The one program.
        c: The other, without the includes that all have.
        inputs: What both were run on.
        outputs: What both printed.
    """

    seed: int
    level: int
    javascript: str
    c: str
    inputs: tuple[bytes, ...]
    outputs: tuple[bytes, ...]


def drafted(seed: int, level: int, split: Split) -> Trial | None:
    """Return two programs by a seed that have not been run yet, or None if it leads to none."""
    rng = random.Random(f"{level} {seed}")
    means = 2 if level == 1 and rng.random() < HARDER else level
    try:
        composed: Composed = Composer(rng, means).composed(INPUTS)
        if is_held_out(shape(composed.program)) != (split == "test"):
            return None
        javascript = JSWriter(composed.program, Style.drawn(rng), rng).text()
        c = CWriter(composed.program).text()
    except (Unspeakable, ValueError):
        return None
    lines = sum(bool(line.strip()) for line in javascript.splitlines())
    size = len(javascript) + len(c) - len(INCLUDES)
    fits = lines >= FEWEST_LINES[level] and size <= MOST_CHARACTERS[level]
    if not fits or len(composed.inputs) < INPUTS - 1 or is_bundled(javascript):
        return None
    return Trial(javascript, c, composed.inputs)
