"""Programs about lines of several values, tables and commands."""

from __future__ import annotations

import random
from typing import NamedTuple

from genetic.translate.forge.counts import Counts
from genetic.translate.forge.ir import (
    Append,
    Count,
    Each,
    Expr,
    Field,
    If,
    Let,
    Lines,
    Op,
    Print,
    Read,
    Set,
    Shown,
    SortRows,
    Stmt,
    Tally,
    Type,
    Var,
)
from genetic.translate.forge.nodes import inc, let, n, op, s, test
from genetic.translate.forge.words import PEOPLE

ROLES = {
    "str": ("name", "key", "item", "label"),
    "int": ("a", "b", "c", "x", "y", "n", "k", "qty", "price", "score"),
}
"""Names of what stands on a line."""


class Grid(NamedTuple):
    """Rows of numbers, and the variables that go through them.

    Attributes:
        all: All of them.
        i: The number of a row.
        j: The number of a column.
    """

    all: Var
    i: Var
    j: Var

    @property
    def rows(self) -> Expr:
        """How many rows there are."""
        return op("height", self.all)

    @property
    def columns(self) -> Expr:
        """How many columns there are."""
        return op("breadth", self.all)

    @property
    def cell(self) -> Expr:
        """The number in row `i` and column `j`."""
        return Op("cell", (self.all, self.i, self.j), "int")

    def down(self, *inner: Stmt) -> Stmt:
        """Go through all rows."""
        return Count(self.i, n(0), self.rows, inner, inclusive=False)

    def across(self, *inner: Stmt) -> Stmt:
        """Go through all columns."""
        return Count(self.j, n(0), self.columns, inner, inclusive=False)


class Records(NamedTuple):
    """Records with fields, and the variables that go through them.

    Attributes:
        all: All of them.
        row: One of them.
        fields: Their fields: a name, a score, perhaps another one.
        i: The number of a record.
    """

    all: Var
    row: Var
    fields: tuple[Var, ...]
    i: Var

    @property
    def name(self) -> Expr:
        """What a record is called."""
        return self.field(0)

    @property
    def score(self) -> Expr:
        """The number in a record."""
        return self.field(1)

    def field(self, number: int) -> Expr:
        """Return a field of a record."""
        return Field(self.row, self.fields[number].name, self.fields[number].type)

    def each(self, *inner: Stmt) -> Stmt:
        """Go through all records."""
        return Each(self.row, self.all, inner)


class Tables(Counts):
    """Plans about tables."""

    def plan_pairs(self) -> list[Stmt]:
        """Two or three values on each line."""
        by = self.pick(" ", " ", ",", ":")
        kinds: tuple[Type, ...] = self.pick(
            ("int", "int"),
            ("int", "int"),
            ("str", "int"),
            ("str", "int"),
            ("int", "int", "int"),
            ("str", "int", "int"),
        )
        if by == " " or kinds[0] != "str":
            by = " " if kinds[0] == "str" else by
        found = tuple(Var(self.name(*ROLES[kind]), kind) for kind in kinds)
        ints = [v for v in found if v.type == "int"]
        total = self.var("total", "int")
        a, b = ints[0], ints[-1]
        value: Expr = (
            self.pick(op("add", a, b), op("mul", a, b), self.call("int2_int", a, b))
            if a != b
            else self.int_of(a)
        )
        if found[0].type == "str":
            shown = Print((found[0], s(self.pick(": ", " ", " = ")), value))
        else:
            shown = Print((value,)) if self.maybe(0.6) else Print((a, s(" "), b, s(" "), value))
        inner: list[Stmt] = [shown]
        if self.maybe(0.25):
            inner = [
                If(
                    self.pick(test("gt", a, n(self.rng.randint(3, 12))), self.pred_of(a)),
                    tuple(inner),
                    (Print((s(self.pick("skip", "no", "-")),)),) if self.maybe(0.4) else (),
                )
            ]
        before, after = list[Stmt](), list[Stmt]()
        if self.maybe(0.6):
            before, after = [let(total, n(0))], [self.labelled("sum", total)]
            inner.append(inc(total, self.pick(a, b, op("mul", a, b))))
        if self.level == 2 and found[0].type == "str" and self.maybe(0.6):
            counts = self.var("counts", "counts")
            before.append(let(counts, Op("new_counts", (), "counts"), True))
            inner = [*([] if self.maybe(0.6) else inner), Tally(counts, found[0], a)]
            after = [
                *(after if any(isinstance(x, Set) for x in inner) else []),
                *self.print_counts(counts),
            ]
            before = [
                x for x in before if not (isinstance(x, Let) and x.var == total and not after)
            ]
        writers = [
            (lambda rng: rng.choice(PEOPLE)) if kind == "str" else self.numbers("int", 1, 30)
            for kind in kinds
        ]
        self._segments.append(
            lambda rng: "\n".join(
                by.join(w(rng) for w in writers) for _ in range(rng.randint(1, 6))
            )
        )
        return [*before, Lines(found, tuple(inner), by), *after]

    def plan_grid(self) -> list[Stmt]:
        """Rows of numbers."""
        grid = Grid(
            self.var("grid", "grid"),
            Var(self.name("i", "r", "y"), "int"),
            Var(self.name("j", "c", "x"), "int"),
        )
        body: list[Stmt] = [Read("grid", (grid.all,))]
        for _ in range(self.pick(1, 2) if self.level == 1 else self.pick(2, 3)):
            body += self.of_grid(grid)

        def numbers(rng: random.Random) -> str:
            width = rng.randint(1, 5)
            return "\n".join(
                " ".join(str(rng.randint(-5, 20)) for _ in range(width))
                for _ in range(rng.randint(1, 5))
            )

        self._segments.append(numbers)
        return body

    def of_grid(self, grid: Grid) -> list[Stmt]:
        """Make something of a grid, and print it."""
        total = self.var("total", "int")
        way = self.pick("rows", "columns", "all", "best", "diagonal", "turned", "count", "map")
        match way:
            case "rows":
                told = (s("Row "), op("add", grid.i, n(1)), s(": "), total)
                shown = Print((total,)) if self.maybe(0.5) else Print(told)
                return [grid.down(let(total, n(0)), grid.across(inc(total, grid.cell)), shown)]
            case "columns":
                down = grid.down(inc(total, grid.cell))
                return [grid.across(let(total, n(0)), down, Print((total,)))]
            case "all":
                return self._summed(grid, inc(total, grid.cell), total, "sum")
            case "count":
                step = If(self.pred_of(grid.cell, 0.15), (inc(total),))
                return self._summed(grid, step, total, "count")
            case "best":
                return self._best_of_grid(grid)
            case "diagonal":
                size = op("min", grid.rows, grid.columns)
                added = inc(total, Op("cell", (grid.all, grid.i, grid.i), "int"))
                loop = Count(grid.i, n(0), size, (added,), inclusive=False)
                return [let(total, n(0)), loop, self.labelled("sum", total)]
            case "turned":
                row = self.var("out", "str")
                space = If(test("gt", grid.i, n(0)), (Append(row, (s(" "),)),))
                down = grid.down(space, Append(row, (grid.cell,)))
                return [grid.across(let(row, s("")), down, Print((row,)))]
            case _:
                row = self.var("out", "str")
                cell = Append(row, (self.int_of(grid.cell, 0.1), s(self.pick(" ", ","))))
                return [grid.down(let(row, s("")), grid.across(cell), Print((row,)))]

    def _summed(self, grid: Grid, step: Stmt, total: Var, what: str) -> list[Stmt]:
        """Do something with each cell, and print what it comes to."""
        return [let(total, n(0)), grid.down(grid.across(step)), self.labelled(what, total)]

    def _best_of_grid(self, grid: Grid) -> list[Stmt]:
        """Find the largest cell, or the smallest."""
        best = self.var("best", "int")
        sign = self.pick("gt", "lt")
        step = If(test(sign, grid.cell, best), (Set(best, "=", grid.cell),))
        return [
            let(best, Op("cell", (grid.all, n(0), n(0)), "int")),
            grid.down(grid.across(step)),
            self.labelled("largest" if sign == "gt" else "smallest", best),
        ]

    def plan_rows(self) -> list[Stmt]:
        """Records with fields: sorted, chosen, counted."""
        rows = self.var("rows", "rows")
        by = self.pick(",", " ", ",", ";")
        kinds: list[tuple[tuple[str, ...], Type]] = [
            (("name", "id", "title"), "str"),
            (("score", "age", "price", "points"), "int"),
        ]
        if self.maybe(0.6):
            kinds.append(
                self.pick(
                    (("qty", "level", "year", "hours"), "int"),
                    (("city", "team", "group", "dept"), "str"),
                )
            )
        fields = tuple(Var(self.rng.choice(names), kind) for names, kind in kinds)
        row = Var(self.name("p", "r", "item", "row", "e"), "rows")
        records = Records(rows, row, fields, self.var("index", "int"))
        body: list[Stmt] = [Read("rows", (rows, *fields), by)]
        for _ in range(self.pick(1, 2, 2) if self.level == 1 else self.pick(2, 3)):
            body += self.of_records(records)
        groups = ("red", "blue", "green", "oslo", "rome")

        def table(rng: random.Random) -> str:
            people = rng.sample(PEOPLE, rng.randint(1, 6))
            lines = []
            for person in people:
                cells = [person] + [
                    rng.choice(groups) if kind == "str" else str(rng.randint(1, 99))
                    for _, kind in kinds[1:]
                ]
                lines.append(by.join(cells))
            return "\n".join(lines)

        self._segments.append(table)
        return body

    def of_records(self, records: Records) -> list[Stmt]:
        """Make something of records, and print it."""
        way = self.pick("sort", "filter", "sum", "best", "group", "print", "avg")
        name, score = records.name, records.score
        match way:
            case "sort":
                return self._sorted_records(records)
            case "filter":
                least = test(self.pick("gt", "ge", "lt"), score, n(self.rng.randint(10, 60)))
                shown = Print((name,)) if self.maybe(0.5) else Print((name, s(" "), score))
                return [records.each(If(least, (shown,)))]
            case "sum" | "avg":
                return self._summed_records(records, way)
            case "best":
                best = self.var("best", "int")
                who = Var(self.name("who", "winner", "champion"), "str")
                better = (Set(best, "=", score), Set(who, "=", name))
                loop = records.each(If(test("gt", score, best), better))
                return [let(best, n(-1)), let(who, s("")), loop, Print((who, s(" "), best))]
            case "group" if self.level == 2:
                counts = self.var("counts", "counts")
                last = records.fields[-1]
                key = records.field(-1) if last.type == "str" else name
                return [
                    let(counts, Op("new_counts", (), "counts"), True),
                    records.each(Tally(counts, key, score if self.maybe(0.6) else n(1))),
                    *self.print_counts(counts),
                ]
            case _:
                wide = self.rng.randint(6, 10)
                columns = Print((Shown(name, width=wide, left=True), Shown(score, width=5)))
                told = Print((name, s(" ("), score, s(")")))
                return [records.each(columns if self.maybe(0.4) else told)]

    def _sorted_records(self, records: Records) -> list[Stmt]:
        """Sort them, and print them."""
        name, score, (first, second, *_) = records.name, records.score, records.fields
        by_name = self.maybe(0.6), first.name if self.maybe(0.6) else None
        order = SortRows(records.all, second.name, *by_name)
        if self.maybe(0.5):
            numbered = Print((op("add", records.i, n(1)), s(". "), name, s(" "), score))
            return [order, Each(records.row, records.all, (numbered,), records.i)]
        return [order, records.each(Print((name, s(self.pick(" ", ": ", ",")), score)))]

    def _summed_records(self, records: Records, way: str) -> list[Stmt]:
        """Add up a field, or divide that by how many there are."""
        total = self.var("total", "int")
        score = records.score
        more = len(records.fields) > 2 and records.fields[2].type == "int" and self.maybe(0.6)
        value = op("mul", score, records.field(2)) if more else score
        body: list[Stmt] = [let(total, n(0)), records.each(inc(total, value))]
        if way == "sum":
            return [*body, self.labelled("sum", total)]
        mean = op("div", total, op("len", records.all), type="num")
        return [*body, self.labelled("avg", self.decimals(mean))]

    def plan_commands(self) -> list[Stmt]:
        """A line for each command, which changes something."""
        verb, value = (
            Var(self.name("cmd", "op", "action", "verb"), "str"),
            Var(self.name("v", "arg", "value", "x"), "int"),
        )
        state = self.var("total", "int")
        verbs = self.rng.sample(
            ["add", "sub", "mul", "set", "inc", "max", "min", "deposit", "withdraw", "up", "down"],
            self.rng.randint(2, 4),
        )
        changes: dict[str, Stmt] = {
            "add": inc(state, value),
            "deposit": inc(state, value),
            "up": inc(state, value),
            "inc": inc(state, value),
            "sub": Set(state, "-=", value),
            "withdraw": If(
                test("ge", state, value), (Set(state, "-=", value),), (Print((s("insufficient"),)),)
            ),
            "down": Set(state, "-=", value),
            "mul": Set(state, "=", op("mod", op("mul", state, value), n(1000))),
            "set": Set(state, "=", value),
            "max": If(test("gt", value, state), (Set(state, "=", value),)),
            "min": If(test("lt", value, state), (Set(state, "=", value),)),
        }
        other: tuple[Stmt, ...] = (Print((s("unknown "), verb)),) if self.maybe(0.5) else ()
        for each in reversed(verbs):
            other = (If(test("eq", verb, s(each)), (changes[each],), other),)
        inner = [*other, *((Print((state,)),) if self.maybe(0.5) else ())]
        start = self.pick(0, 0, 10, 100)
        known = [*verbs, *(("jump",) if self.maybe(0.4) else ())]
        self._segments.append(
            lambda rng: "\n".join(
                f"{rng.choice(known)} {rng.randint(0, 30)}" for _ in range(rng.randint(2, 7))
            )
        )
        return [
            let(state, n(start)),
            Lines((verb, value), tuple(inner), " "),
            self.labelled("value", state),
        ]
