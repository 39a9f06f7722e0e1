"""Seeding: what all randomness of an episode follows from."""

from __future__ import annotations

import numpy
import torch

SEEDS = 2**63


def episode_seeds(
    seed: int, update: int, episode: int, group: int = 1
) -> tuple[int, torch.Generator]:
    """Return the environment's seed and the policy's generator for an episode.

    Both follow from the seed of the run, the number of the update and that of the episode in it,
    through `numpy.random.SeedSequence(seed, spawn_key=(update, episode))`, and from nothing else:
    not from the number of environments, nor from which of them are alive. Its first word, without
    the highest bit, is the environment's seed; the second and third seed the generator.

    Args:
        seed: Of the run.
        update: Its number.
        episode: The episode's in it.
        group: How many episodes, one after the other, have the environment's seed of the first.
    """
    first, _, _ = _words(seed, update, episode - episode % group)
    _, second, third = _words(seed, update, episode)
    return first >> 1, torch.Generator().manual_seed(second << 31 | third >> 1)


def lead_seeds(seed: int, update: int, group: int) -> tuple[int, torch.Generator]:
    """Return the seeds of the life that a group branches off.

    As for an episode, but from ``spawn_key=(update, group, 1)``, so that its chance is none of
    the episodes'.

    Args:
        seed: Of the run.
        update: Its number.
        group: The group's in it.
    """
    first, second, third = _words(seed, update, group, 1)
    return first >> 1, torch.Generator().manual_seed(second << 31 | third >> 1)


def learning_order(seed: int, update: int, epoch: int, count: int) -> list[int]:
    """Return the order in which an epoch of an update goes through what is learned from.

    Args:
        seed: Of the run.
        update: Its number.
        epoch: The epoch's in it.
        count: How many things there are.
    """
    drawn = ((seed * 1_000_003 + update) * 1_009 + epoch) % SEEDS
    generator = torch.Generator().manual_seed(drawn)
    order: list[int] = torch.randperm(count, generator=generator).tolist()
    return order


def lots(seed: int, update: int, count: int) -> list[int]:
    """Return a lot for each episode of an update, by which chance decides between equals.

    From ``spawn_key=(update, 0, 2)``, so that it is no other chance.
    """
    first, _, _ = _words(seed, update, 0, 2)
    drawn: list[int] = torch.randperm(
        count, generator=torch.Generator().manual_seed(first >> 1)
    ).tolist()
    return drawn


def _words(seed: int, *key: int) -> list[int]:
    words: list[int] = numpy.random.SeedSequence(seed, spawn_key=key).generate_state(3).tolist()
    return words
