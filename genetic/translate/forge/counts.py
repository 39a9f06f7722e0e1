"""What comes how often: counted, and printed."""

from __future__ import annotations

from genetic.translate.forge.ir import (
    Each,
    EachCount,
    If,
    Op,
    Print,
    Set,
    SortCounts,
    Stmt,
    Tally,
    Var,
)
from genetic.translate.forge.nodes import let, n, op, s, test
from genetic.translate.forge.planner import Planner


class Counts(Planner):
    """Counts things."""

    def tally(self, item: Var, source: Var) -> list[Stmt]:
        """Count what there is how often."""
        counts = self.var("counts", "counts")
        step: Stmt = Tally(counts, item, n(1))
        if item.type == "char":
            step = If(test("isalpha", item), (step,))
        body: list[Stmt] = [
            let(counts, Op("new_counts", (), "counts"), True),
            Each(item, source, (step,)),
        ]
        return body + self.print_counts(counts)

    def print_counts(self, counts: Var) -> list[Stmt]:
        """Print what was counted."""
        key, much = (
            Var(self.name("key", "k", "name"), "str"),
            Var(self.name("v", "val", "times", "qty"), "int"),
        )
        parts = self.pick(
            (key, s(self.pick(": ", " ", "=", " -> ")), much),
            (much, s(" "), key),
            (key, s(" x"), much),
        )
        inner: Stmt = Print(parts)
        if self.maybe(0.2):
            inner = If(test("gt", much, n(1)), (inner,))
        if self.maybe(0.2):
            inner = Print((key, s(" "), op("repeat", s(self.pick("*", "#")), much, type="str")))
        way = self.rng.random()
        if way < 0.4:
            return [EachCount(key, much, counts, (inner,))]
        if way < 0.8:
            result = Var(self.name("sorted", "entries", "pairs", "list"), "counts")
            return [
                SortCounts(counts, result, self.pick("key", "count")),
                EachCount(key, much, result, (inner,)),
            ]
        best, most = (
            Var(self.name("best", "top", "winner"), "str"),
            Var(self.name("most", "max", "maxCount"), "int"),
        )
        return [
            let(best, s("")),
            let(most, n(0)),
            EachCount(
                key,
                much,
                counts,
                (If(test("gt", much, most), (Set(most, "=", much), Set(best, "=", key))),),
            ),
            Print((best, s(" "), most)),
        ]
