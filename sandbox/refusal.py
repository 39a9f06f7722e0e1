"""Saying no while code runs, and telling of it who listens."""

from collections.abc import Callable

from sandbox.verdict import Violation


class PolicyError(Exception):
    """Code did at run time what the policy does not allow.

    It carries text only: whoever catches it could change the class of anything else that it held.
    """


# One interpreter keeps one organism, so there is one who listens.
listeners: list[Callable[[Violation], None]] = []


def refuse(violation: Violation | None) -> None:
    """Refuse what is a violation, and tell who listens."""
    if violation is not None:
        for listener in listeners:
            listener(violation)
        raise PolicyError(f"{violation.kind}: {violation.what}")
