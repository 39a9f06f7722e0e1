"""Whether an agent can pay for a search, before it begins."""

from __future__ import annotations

import math
from collections.abc import Mapping

from autoagent.asker import Asker
from autoagent.skills import SkillError


def check_payable(what: str, price: Mapping[str, int], asker: Asker) -> None:
    """Refuse what the agent's budget cannot pay; money is judged by what was paid so far.

    Args:
        what: What is to be paid for, in words.
        price: The most ``questions`` and ``tokens`` that it may take.
        asker: Knows what is left.

    Raises:
        SkillError: It cannot.
    """
    left, spent, tokens = asker.meter.left, asker.meter.spent, price["tokens"]
    if left.get("tokens", math.inf) < tokens:
        raise SkillError(
            f"{what} may take {price['questions']} questions and {tokens} tokens, and "
            f"{left['tokens']:.0f} tokens are left"
        )
    money = tokens * spent.cost / max(spent.tokens, 1)
    if left.get("cost", math.inf) < money:
        raise SkillError(f"{what} may cost {money:.4g}, and {left['cost']:.4g} is left")
