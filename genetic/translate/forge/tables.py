"""Programs about lines of several values, tables and commands."""

from __future__ import annotations

import random

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
from genetic.translate.forge.texts import Texts
from genetic.translate.forge.words import PEOPLE


class Tables(Texts):
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
        roles = {
            "str": ("name", "key", "item", "label"),
            "int": ("a", "b", "c", "x", "y", "n", "k", "qty", "price", "score"),
        }
        found = tuple(Var(self.name(*roles[kind]), kind) for kind in kinds)
        ints = [v for v in found if v.type == "int"]
        total = self.var("total", "int")
        a, b = ints[0], ints[-1]
        value: Expr = (
            self.pick(op("add", a, b), op("mul", a, b), self.call("int2_int", a, b))
            if a != b
            else self.int_of(a)
        )
        inner: list[Stmt] = []
        if found[0].type == "str":
            inner.append(Print((found[0], s(self.pick(": ", " ", " = ")), value)))
        else:
            inner.append(
                Print((value,)) if self.maybe(0.6) else Print((a, s(" "), b, s(" "), value))
            )
        if self.maybe(0.25):
            inner = [
                If(
                    self.pick(test("gt", a, n(self.rng.randint(3, 12))), self.pred_of(a)),
                    tuple(inner),
                    (Print((s(self.pick("skip", "no", "-")),)),) if self.maybe(0.4) else (),
                )
            ]
        before: list[Stmt] = []
        after: list[Stmt] = []
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
        g = self.var("grid", "grid")
        i, j = Var(self.name("i", "r", "y"), "int"), Var(self.name("j", "c", "x"), "int")
        rows, columns = op("height", g), op("breadth", g)
        body: list[Stmt] = [Read("grid", (g,))]
        cell = Op("cell", (g, i, j), "int")
        for _ in range(self.pick(1, 2) if self.level == 1 else self.pick(2, 3)):
            total = self.var("total", "int")
            way = self.pick("rows", "columns", "all", "best", "diagonal", "turned", "count", "map")
            inner = Count(j, n(0), columns, (inc(total, cell),), inclusive=False)
            if way == "rows":
                body.append(
                    Count(
                        i,
                        n(0),
                        rows,
                        (
                            let(total, n(0)),
                            inner,
                            Print((total,))
                            if self.maybe(0.5)
                            else Print((s("Row "), op("add", i, n(1)), s(": "), total)),
                        ),
                        inclusive=False,
                    )
                )
            elif way == "columns":
                down = Count(i, n(0), rows, (inc(total, cell),), inclusive=False)
                body.append(
                    Count(
                        j, n(0), columns, (let(total, n(0)), down, Print((total,))), inclusive=False
                    )
                )
            elif way in ("all", "count"):
                step: Stmt = (
                    inc(total, cell)
                    if way == "all"
                    else If(self.pred_of(cell, 0.15), (inc(total),))
                )
                body += [
                    let(total, n(0)),
                    Count(
                        i,
                        n(0),
                        rows,
                        (Count(j, n(0), columns, (step,), inclusive=False),),
                        inclusive=False,
                    ),
                    self.labelled("sum" if way == "all" else "count", total),
                ]
            elif way == "best":
                best = self.var("best", "int")
                sign = self.pick("gt", "lt")
                step = If(test(sign, cell, best), (Set(best, "=", cell),))
                body += [
                    let(best, Op("cell", (g, n(0), n(0)), "int")),
                    Count(
                        i,
                        n(0),
                        rows,
                        (Count(j, n(0), columns, (step,), inclusive=False),),
                        inclusive=False,
                    ),
                    self.labelled("largest" if sign == "gt" else "smallest", best),
                ]
            elif way == "diagonal":
                body += [
                    let(total, n(0)),
                    Count(
                        i,
                        n(0),
                        op("min", rows, columns),
                        (inc(total, Op("cell", (g, i, i), "int")),),
                        inclusive=False,
                    ),
                    self.labelled("sum", total),
                ]
            elif way == "turned":
                row = self.var("out", "str")
                body.append(
                    Count(
                        j,
                        n(0),
                        columns,
                        (
                            let(row, s("")),
                            Count(
                                i,
                                n(0),
                                rows,
                                (
                                    If(test("gt", i, n(0)), (Append(row, (s(" "),)),)),
                                    Append(row, (cell,)),
                                ),
                                inclusive=False,
                            ),
                            Print((row,)),
                        ),
                        inclusive=False,
                    )
                )
            else:
                row = self.var("out", "str")
                body.append(
                    Count(
                        i,
                        n(0),
                        rows,
                        (
                            let(row, s("")),
                            Count(
                                j,
                                n(0),
                                columns,
                                (Append(row, (self.int_of(cell, 0.1), s(self.pick(" ", ",")))),),
                                inclusive=False,
                            ),
                            Print((row,)),
                        ),
                        inclusive=False,
                    )
                )

        def grid(rng: random.Random) -> str:
            width = rng.randint(1, 5)
            return "\n".join(
                " ".join(str(rng.randint(-5, 20)) for _ in range(width))
                for _ in range(rng.randint(1, 5))
            )

        self._segments.append(grid)
        return body

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
        fields_ = [Var(self.rng.choice(names), kind) for names, kind in kinds]
        r = Var(self.name("p", "r", "item", "row", "e"), "rows")
        name, score = Field(r, fields_[0].name, "str"), Field(r, fields_[1].name, "int")
        body: list[Stmt] = [Read("rows", (rows, *fields_), by)]
        i = self.var("index", "int")
        for _ in range(self.pick(1, 2, 2) if self.level == 1 else self.pick(2, 3)):
            way = self.pick("sort", "filter", "sum", "best", "group", "print", "avg")
            if way == "sort":
                body.append(
                    SortRows(
                        rows,
                        fields_[1].name,
                        self.maybe(0.6),
                        fields_[0].name if self.maybe(0.6) else None,
                    )
                )
                body.append(
                    Each(r, rows, (Print((op("add", i, n(1)), s(". "), name, s(" "), score)),), i)
                    if self.maybe(0.5)
                    else Each(r, rows, (Print((name, s(self.pick(" ", ": ", ",")), score)),))
                )
            elif way == "filter":
                body.append(
                    Each(
                        r,
                        rows,
                        (
                            If(
                                test(
                                    self.pick("gt", "ge", "lt"), score, n(self.rng.randint(10, 60))
                                ),
                                (
                                    Print((name,))
                                    if self.maybe(0.5)
                                    else Print((name, s(" "), score)),
                                ),
                            ),
                        ),
                    )
                )
            elif way in ("sum", "avg"):
                total = self.var("total", "int")
                value = (
                    op("mul", score, Field(r, fields_[2].name, "int"))
                    if len(fields_) > 2 and fields_[2].type == "int" and self.maybe(0.6)
                    else score
                )
                body += [let(total, n(0)), Each(r, rows, (inc(total, value),))]
                body.append(
                    self.labelled("sum", total)
                    if way == "sum"
                    else self.labelled(
                        "avg", self.decimals(op("div", total, op("len", rows), type="num"))
                    )
                )
            elif way == "best":
                best = self.var("best", "int")
                who = Var(self.name("who", "winner", "champion"), "str")
                body += [
                    let(best, n(-1)),
                    let(who, s("")),
                    Each(
                        r,
                        rows,
                        (
                            If(
                                test("gt", score, best),
                                (Set(best, "=", score), Set(who, "=", name)),
                            ),
                        ),
                    ),
                    Print((who, s(" "), best)),
                ]
            elif way == "group" and self.level == 2:
                counts = self.var("counts", "counts")
                key = Field(r, fields_[-1].name, "str") if fields_[-1].type == "str" else name
                body += [
                    let(counts, Op("new_counts", (), "counts"), True),
                    Each(r, rows, (Tally(counts, key, score if self.maybe(0.6) else n(1)),)),
                    *self.print_counts(counts),
                ]
            else:
                wide = self.rng.randint(6, 10)
                body.append(
                    Each(
                        r,
                        rows,
                        (
                            Print((Shown(name, width=wide, left=True), Shown(score, width=5)))
                            if self.maybe(0.4)
                            else Print((name, s(" ("), score, s(")"))),
                        ),
                    )
                )
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
