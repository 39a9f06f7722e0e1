import math

import pytest

from autoagent.budget import Budget


@pytest.mark.parametrize("bound", ["steps", "tokens", "seconds", "cost", "skill_calls"])
@pytest.mark.parametrize("value", [0, -1, math.inf, math.nan])
def test_a_bound_is_a_number_that_can_be_reached(bound: str, value: float) -> None:
    with pytest.raises(ValueError, match=f"budget: {bound} must be more than 0, and finite"):
        Budget(**{bound: value})  # type: ignore[arg-type]
