import math
from typing import Any

import pytest

from autoagent.budget import Budget


@pytest.mark.parametrize(
    "bound", [{"steps": 1.5}, {"steps": "3"}, {"tokens": True}, {"steps": 1 << 63}, {"cost": 1e300}]
)
def test_a_bound_is_a_number_that_a_journal_can_hold(bound: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=f"budget: {next(iter(bound))} must be .* below 2"):
        Budget(**bound)


@pytest.mark.parametrize("bound", ["steps", "tokens", "seconds", "cost", "skill_calls"])
@pytest.mark.parametrize("value", [0, -1, math.inf, math.nan])
def test_a_bound_is_a_number_that_can_be_reached(bound: str, value: float) -> None:
    with pytest.raises(ValueError, match=f"budget: {bound} must be more than 0, and finite"):
        Budget(**{bound: value})  # type: ignore[arg-type]
