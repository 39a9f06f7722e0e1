"""Every payload against every wall, under both policies: none gets out, and all stays well."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from tests.escapes.ground import Ground, watched
from tests.escapes.payload import CodePolicy, Payload
from tests.escapes.payloads import FAMILIES
from tests.walls import WALLS, standing

if sys.platform != "linux":
    pytest.skip("the canaries need Linux", allow_module_level=True)

PAYLOADS = [payload for family in FAMILIES.values() for payload in family]


@pytest.fixture(scope="module", params=WALLS)
def ground(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Ground]:
    """A wall to attack."""
    # Descriptors of the wall shall lie where nobody thinks of closing them.
    files = [open(os.devnull) for _ in range(100)]  # noqa: SIM115
    try:
        with standing(request.param) as wall:
            place = Ground(wall, tmp_path_factory.mktemp(f"escapes-{request.param}"))
            with watched(place):
                yield place
                assert place.look_around() == set(), "after all attacks"
            place.close()
    finally:
        for file in files:
            file.close()


@pytest.mark.parametrize("policy", get_args(CodePolicy))
@pytest.mark.parametrize("payload", PAYLOADS, ids=[payload.name for payload in PAYLOADS])
def test_nothing_gets_out(ground: Ground, payload: Payload, policy: CodePolicy) -> None:
    assert ground.attack(payload, policy) == [], payload.goal


def test_the_docs_count_the_payloads() -> None:
    text = Path(__file__).parents[2].joinpath("docs/security.md").read_text()
    assert f" {len(PAYLOADS)} payloads," in text


def test_the_suite_is_complete() -> None:
    assert len(PAYLOADS) >= 110
    assert min(map(len, FAMILIES.values())) >= 3
    assert max(Counter(payload.name for payload in PAYLOADS).values()) == 1
    assert all(payload.goal for payload in PAYLOADS)
    assert not [p.name for p in PAYLOADS if p.trophy and p.gap]
