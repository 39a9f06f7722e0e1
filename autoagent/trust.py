"""What a stranger's run may decide on the machine on which it is lived again: its life, no more.

A run that the user did not write (see `autoagent.seal`) chooses no wall but the usual one, no
policy but the strict one, no model but the embedded one, and no limits above the usual ones.
Whoever wants these as the run has them says so, or adopts the run.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields

from autoagent.journal import Data
from autoagent.life import CodePolicy
from autoagent.past import ACTOR, Past
from sandbox.limits import Limits

USUAL = {"sandbox": "wasm", "policy": "strict", "llm": "smollm2"}
"""What a stranger's run may have without a word of the user, by the option that would say it."""
SUBJECTS = {"sandbox": "behind the wall", "policy": "under the policy", "llm": "with the model"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What the user says of how a run is taken up; None is nothing.

    Attributes:
        sandbox: Name of the wall.
        policy: The policy: what the run has, since it cannot be lived under another.
        llm: Name of the model.
        limits: What each step may use at most.
    """

    sandbox: str | None = None
    policy: CodePolicy | None = None
    llm: str | None = None
    limits: Limits | None = None


def settled(past: Past, chosen: Chosen, *, asks: bool = True) -> Data:
    """Return the settings with which a run is taken up, ``limits`` among them as `Limits`.

    Args:
        past: The run's.
        chosen: What the user says.
        asks: Whether a model will be asked.

    Raises:
        ValueError: A stranger's run would choose something, or the user another policy than
            the run's; the message says what to give.
    """
    run, settings = past.run, past.settings
    if chosen.policy not in (None, settings["policy"]):
        raise ValueError(
            f"run {run} was lived under the policy {settings['policy']!r}, and cannot be lived "
            f"again under {chosen.policy!r}"
        )
    given = {name: value for name in USUAL if (value := getattr(chosen, name)) is not None}
    if not past.own:
        for option, usual in USUAL.items():
            if option == "llm" and (not asks or settings[option] == ACTOR):
                continue
            if option not in given and settings[option] != usual:
                raise ValueError(
                    f"run {run} is not known as your own, and was lived {SUBJECTS[option]} "
                    f"{settings[option]!r}; give --{option} to say what to use, or adopt it: "
                    f"`autoagent trust {run}`"
                )
    limits = Limits(**{each.name: settings["limits"][each.name] for each in fields(Limits)})
    if chosen.limits is not None or not past.own:
        limits = capped(limits, chosen.limits or Limits())
    return settings | given | {"limits": limits}


def notice(past: Past) -> str | None:
    """Return what to say, once, of a run that is not the user's own."""
    if past.own:
        return None
    return (
        f"run {past.run} is not known as your own: it came from elsewhere, or from an older "
        f"autoagent; its steps may use no more than usual (`autoagent trust {past.run}` adopts it)"
    )


def capped(limits: Limits, most: Limits) -> Limits:
    """Return limits none of which is above another's."""
    bounds = asdict(most)
    return Limits(**{name: min(value, bounds[name]) for name, value in asdict(limits).items()})
