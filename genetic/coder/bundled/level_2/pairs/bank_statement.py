from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Entry:
    """Money that came or went."""

    day: date
    amount: int
    reason: str


def monthly(entries: list[Entry]) -> dict[str, tuple[int, int]]:
    """Return what came in and what went out (as a positive number) in each month, such as 2026-03.

    The months are in order.
    """
    # completion
    months: dict[str, tuple[int, int]] = {}
    for entry in sorted(entries, key=lambda entry: entry.day):
        name = entry.day.strftime("%Y-%m")
        came, went = months.get(name, (0, 0))
        if entry.amount >= 0:
            came += entry.amount
        else:
            went -= entry.amount
        months[name] = (came, went)
    return months


def balance(entries: list[Entry]) -> int:
    """Return what is left of all of it."""
    return sum(entry.amount for entry in entries)


# tests
entries = [
    Entry(date(2026, 3, 9), -20, "shoes"),
    Entry(date(2026, 2, 1), 100, "wages"),
    Entry(date(2026, 3, 1), 100, "wages"),
]
assert monthly(entries) == {"2026-02": (100, 0), "2026-03": (100, 20)}
assert list(monthly(entries)) == ["2026-02", "2026-03"]
assert balance(entries) == 180
