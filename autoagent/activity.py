"""What a run is: the life of an agent, or another activity that its beginning names."""

from __future__ import annotations

AGENT = "agent"
"""What a run is whose beginning names no other activity."""
LONGEST = 40


def activity_of(begun: object) -> str:
    """Return the name of the kind of a run that has begun like this, which may be anything."""
    activity = begun.get("activity", AGENT) if isinstance(begun, dict) else AGENT
    return str(activity)[:LONGEST]


def with_article(activity: str) -> str:
    """Return the name of a kind of runs with its article."""
    return f"{'an' if activity[:1] in tuple('aeiou') else 'a'} {activity}"
