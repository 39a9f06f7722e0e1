"""The tables: how far each came, who is ahead after how many calls, and what models took."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product

from scipy import stats

from autoagent.statistics import mean, share
from benchmarks.cells import Line
from benchmarks.optimize.problems import TITLES

AFTER = (10, 20, 50, 100, 200)
OURS = ("hybrid", "optimize")
BETTER = 0.99
"""A win is a value below so much of the other's."""
Found = Mapping[tuple[str, int, str], Line]


def report(lines: Sequence[Line], calls: int) -> Iterator[str]:
    """Yield the lines of all tables; two are compared where both have looked."""
    found = {(each["function"], each["seed"], each["who"]): each for each in lines}
    whos = list(dict.fromkeys(each["who"] for each in lines))
    after = [*(each for each in AFTER if each < calls), calls]
    yield from _reached(found, whos, after)
    for ours in OURS:
        yield from _leads(found, whos, after, ours)
    yield from _spent(found, whos)


def _cells(found: Found, name: str, who: str) -> list[Line]:
    return [each for (function, _, its), each in found.items() if (function, its) == (name, who)]


def _reached(found: Found, whos: Sequence[str], after: Sequence[int]) -> Iterator[str]:
    shown = ", ".join(map(str, after))
    compared = " | ".join(f"{ours}: wins/ties/losses after {shown}" for ours in OURS)
    yield f"\n| function | searched by | seeds | median | log₁₀ of it, mean [95 %] | {compared} |"
    yield "|---" * (5 + len(OURS)) + "|"
    for name, who in product(TITLES, whos):
        last = [each["best"][-1] for each in _cells(found, name, who)]
        if last:
            logs = mean([math.log10(max(each, 1e-12)) for each in last])
            compared = " | ".join(_compared(found, ours, who, after, name) for ours in OURS)
            yield (
                f"| {TITLES[name]} | {who} | {len(last)} | {statistics.median(last):.3g} "
                f"| {logs:.2f} | {compared} |"
            )


def _compared(found: Found, ours: str, who: str, after: Sequence[int], name: str) -> str:
    counts = [_counted(found, ours, who, calls, [name]) for calls in after]
    if who == ours or not any(map(sum, counts)):
        return ""
    return ", ".join("/".join(map(str, each)) for each in counts)


def _counted(
    found: Found, ours: str, other: str, calls: int, names: Iterable[str] = TITLES
) -> tuple[int, int, int]:
    """Count wins, ties and losses, by function and seed."""
    pairs = [
        (each["best"][calls - 1], found[name, seed, other]["best"][calls - 1])
        for (name, seed, who), each in found.items()
        if who == ours and name in names and (name, seed, other) in found
    ]
    wins = sum(a < BETTER * b for a, b in pairs)
    losses = sum(b < BETTER * a for a, b in pairs)
    return wins, len(pairs) - wins - losses, losses


def _leads(found: Found, whos: Sequence[str], after: Sequence[int], ours: str) -> Iterator[str]:
    """Yield how often one is ahead, of those runs that are decided, and how likely by chance."""
    yield f"\n| {ours}, on all functions, beside | calls | wins/ties/losses | share of wins | p |"
    yield "|---|---|---|---|---|"
    for other, calls in product(whos, after):
        wins, ties, losses = _counted(found, ours, other, calls)
        if other != ours and wins + losses:
            told, test = share(wins, wins + losses), stats.binomtest(wins, wins + losses)
            yield (
                f"| {other} | {calls} | {wins}/{ties}/{losses} | {told:.0%} | {test.pvalue:.2g} |"
            )


def _spent(found: Found, whos: Sequence[str]) -> Iterator[str]:
    yield "\n| function | searched by | questions | steps without value | tokens written | s |"
    yield "|---|---|---|---|---|---|"
    for name, who in product(TITLES, whos):
        asked, failed, written, seconds = (
            sum(each[what] for each in _cells(found, name, who))
            for what in ("asked", "failed", "tokens_out", "seconds")
        )
        if asked:
            yield f"| {TITLES[name]} | {who} | {asked} | {failed} | {written} | {seconds:.0f} |"
