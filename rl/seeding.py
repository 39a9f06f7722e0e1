"""Seeding: what all randomness of an episode follows from."""

from __future__ import annotations

import numpy
import torch


def episode_seeds(seed: int, update: int, episode: int) -> tuple[int, torch.Generator]:
    """Return the environment's seed and the policy's generator for an episode.

    Both follow from the seed of the run, the number of the update and that of the episode in it,
    through `numpy.random.SeedSequence(seed, spawn_key=(update, episode))`, and from nothing else:
    not from the number of environments, nor from which of them are alive. Its first word, without
    the highest bit, is the environment's seed; the second and third seed the generator.
    """
    sequence = numpy.random.SeedSequence(seed, spawn_key=(update, episode))
    first, second, third = sequence.generate_state(3).tolist()
    return first >> 1, torch.Generator().manual_seed(second << 31 | third >> 1)
