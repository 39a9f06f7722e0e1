"""Searches that have a name: settings that belong together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_FRESH = {
    "strategy": "genetic",
    "keep_top": 0.0,
    "diversity": 1.0,
    "crossover": 0.0,
    "novelty": None,
    "mend_children": False,
}
STRATEGIES: Mapping[str, Mapping[str, Any]] = {
    "adaptive": {"strategy": "adaptive"},
    "genetic": {"strategy": "genetic"},
    "rex": {"strategy": "rex"},
    "mending": {**_FRESH, "healing": 20},
    "best-of-n": {**_FRESH, "healing": 0},
}
"""The adaptive search, its corner cases and a published one, by name."""
PRESETS: Mapping[str, Mapping[str, Any]] = {
    "published": {
        "strategy": "genetic",
        "population": 30,
        "generations": 30,
        "healing": 3,
        "keep_top": 0.05,
        "diversity": 0.01,
        "crossover": 0.7,
        "crossover_bias": 0.65,
        "elitism": 0.35,
        "mutation_rate": 0.005,
        "novelty": None,
        "patience": None,
        "shuffle": True,
    },
}
"""Whole configurations; the published one is that of the runs with Llama-3.1-8B-Instruct."""
