"""Crossover and mutation of texts.

These functions are genes, too: the translation skill shows their source to an agent, which may
send another back. So each stands alone and takes its random numbers from outside.
"""

from __future__ import annotations

import random


def cross_lines(fitter: str, other: str, rng: random.Random, bias: float = 0.65) -> str:
    """Take each line from one or the other; beyond the end of the shorter, from the longer."""
    ours, theirs = fitter.splitlines(), other.splitlines()
    common = min(len(ours), len(theirs))
    lines = [
        mine if rng.random() < bias else its
        for mine, its in zip(ours[:common], theirs[:common], strict=True)
    ]
    lines += ours[common:] or theirs[common:]
    return "".join(line + "\n" for line in lines)


def mutate_characters(text: str, rng: random.Random, rate: float = 0.005) -> str:
    """Let each character become a random printable one with probability `rate`."""
    return "".join(chr(rng.randrange(32, 127)) if rng.random() < rate else old for old in text)
