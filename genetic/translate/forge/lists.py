"""Programs about lists of numbers."""

from __future__ import annotations

import random

from genetic.translate.forge.counts import Counts
from genetic.translate.forge.ir import (
    ITEM,
    Count,
    Each,
    Expr,
    If,
    Lambda,
    Op,
    Over,
    Print,
    Push,
    Read,
    Set,
    Stmt,
    Tally,
    Type,
    Var,
)
from genetic.translate.forge.nodes import inc, is_, let, n, op, s, test
from genetic.translate.forge.words import NAMES


class Lists(Counts):
    """Plans about lists."""

    def plan_list(self) -> list[Stmt]:
        """A list of numbers, stages, and what comes of them."""
        kind: Type = "nums" if self.maybe(0.2) else "ints"
        body, a = self.read_list(kind, *self.pick((-20, 60), (1, 50), (0, 9), (1, 200)))
        for _ in range(self.pick(0, 1, 1, 2) if self.level == 1 else self.pick(1, 2, 3)):
            stage, a = self.stage(a)
            body += stage
        if self.maybe(0.25):
            body += self.print_list(a)
        for _ in range(self.pick(1, 1, 2, 2, 3) if self.level == 1 else self.pick(2, 3, 4)):
            body += self.aggregate(a)
        return body

    def stage(self, a: Var) -> tuple[list[Stmt], Var]:
        """Make another list of one."""
        item = ITEM[a.type]
        x = Var(self.name(*NAMES["item"]), item)
        b = self.var("outs", a.type)
        if self.maybe(0.25):
            down = self.pick("sorted", "sorted", "sorted_down")
            return [Set(a, "=", Over(down, a, None, a.type))], a
        if self.maybe(0.2):
            how = (
                self.pick("reversed", "unique", "sorted", "sorted_down")
                if self.level == 2
                else self.pick("reversed", "sorted")
            )
            return [let(b, Over(how, a, None, a.type), True)], b
        if item == "num":
            if self.maybe(0.5):
                pred = test(self.pick("gt", "lt", "ge"), x, n(self.pick(5, 10, 12.5, 20)))
                return [let(b, Over("filter", a, Lambda(x, pred), a.type), True)], b
            inner = (
                self.call("num_num", x)
                if self.maybe(0.4)
                else op(self.pick("mul", "add"), x, n(self.pick(2, 0.5, 1.5, 10)), type="num")
            )
            return [let(b, Over("map", a, Lambda(x, inner), a.type), True)], b
        way = self.rng.random()
        if way < 0.4:
            return [let(b, Over("filter", a, Lambda(x, self.pred_of(x)), a.type), True)], b
        if way < 0.75:
            return [let(b, Over("map", a, Lambda(x, self.int_of(x)), a.type), True)], b
        if way < 0.85:
            return [let(b, Over("slice", a, Lambda(x, n(self.rng.randint(2, 5))), a.type), True)], b
        i = self.var("index", "int")
        at, before = op("at", a, i), op("at", a, op("sub", i, n(1)))
        if self.maybe(0.5):
            total = self.var("total", "int")
            return [
                let(b, Op("list", (), a.type), True),
                let(total, n(0)),
                Each(x, a, (inc(total, x), Push(b, total))),
            ], b
        return [
            let(b, Op("list", (), a.type), True),
            Count(i, n(1), op("len", a), (Push(b, op("sub", at, before)),), inclusive=False),
        ], b

    def aggregate(self, a: Var) -> list[Stmt]:
        """Make a value of a list, and print it."""
        item = ITEM[a.type]
        x = Var(self.name(*NAMES["item"]), item)
        way = self.pick(
            "sum",
            "sum",
            "largest",
            "smallest",
            "count",
            "avg",
            "any",
            "all",
            "where",
            "len",
            "range",
            "loop",
            "call",
            "ifempty",
            "pairs",
        )
        if item == "num" and way in ("where", "loop", "call", "pairs", "any", "all"):
            way = self.pick("sum", "largest", "avg", "count")
        guard = op("gt", op("len", a), n(0), type="bool")
        match way:
            case "sum" | "len":
                return self._of_list_sum(a, item, x, way)
            case "largest" | "smallest":
                return self._of_list_extreme(a, item, way, guard)
            case "count":
                return self._of_list_count(a, item, x)
            case "avg":
                return self._of_list_average(a, item, guard)
            case "any" | "all":
                return self._of_list_flag(a, x, way)
            case "where":
                return self._of_list_place(a, x)
            case "range":
                return self._of_list_range(a, item, guard)
            case "call":
                return self._of_list_call(a)
            case "ifempty":
                return self._of_list_if_empty(a)
            case "pairs":
                return self._of_list_pairs(a)
            case _:
                return self._of_list_loop(a)

    def _of_list_sum(self, a: Var, item: Type, x: Var, way: str) -> list[Stmt]:
        """Add it up, or say how long it is."""
        if way == "len":
            return [self.labelled("len", op("len", a))]
        each = Lambda(x, self.int_of(x, 0.1)) if self.maybe(0.25) and item == "int" else None
        total = self.var("total", item)
        return [let(total, Over("sum", a, each, item)), self.labelled("sum", total)]

    def _of_list_extreme(self, a: Var, item: Type, way: str, guard: Expr) -> list[Stmt]:
        """Find the largest or the smallest."""
        best = self.var("best" if way == "largest" else "least", item)
        inner = (let(best, Over(way, a, None, item)), self.labelled(way, best))
        return [
            If(
                guard,
                inner,
                (Print((s(self.pick("empty", "none", "no data", "-")),)),)
                if self.maybe(0.5)
                else (),
            )
        ]

    def _of_list_count(self, a: Var, item: Type, x: Var) -> list[Stmt]:
        """Count what is as it should be."""
        count = self.var("count", "int")
        pred = (
            self.pred_of(x)
            if item == "int"
            else test(self.pick("gt", "lt"), x, n(self.pick(5, 10, 15.5)))
        )
        return [
            let(count, Over("count", a, Lambda(x, pred), "int")),
            self.labelled("count", count),
        ]

    def _of_list_average(self, a: Var, item: Type, guard: Expr) -> list[Stmt]:
        """Divide the sum by the length."""
        total, avg = self.var("total", item), self.var("avg", "num")
        size = op("len", a)
        body = (
            let(total, Over("sum", a, None, item)),
            let(avg, op("div", total, size, type="num"), True),
            self.labelled("avg", self.decimals(avg)),
        )
        return (
            [If(guard, body)]
            if self.maybe(0.7)
            else [
                If(
                    test("eq", size, n(0)),
                    (Print((s(self.pick("no data", "empty", "0")),)),),
                    body,
                )
            ]
        )

    def _of_list_flag(self, a: Var, x: Var, way: str) -> list[Stmt]:
        """Say whether any is, or all are."""
        flag = self.var("flag", "bool")
        return [
            let(flag, Over(way, a, Lambda(x, self.pred_of(x)), "bool")),
            *self.verdict(flag),
        ]

    def _of_list_place(self, a: Var, x: Var) -> list[Stmt]:
        """Find the first place."""
        at = Var(self.name("at", "index", "pos", "idx"), "int")
        found: Stmt = let(at, Over("where", a, Lambda(x, self.pred_of(x)), "int"), True)
        if self.maybe(0.5):
            return [found, self.labelled("where", at)]
        return [
            found,
            If(
                test("ge", at, n(0)),
                (self.labelled("where", at),),
                (Print((s(self.pick("not found", "none")),)),),
            ),
        ]

    def _of_list_range(self, a: Var, item: Type, guard: Expr) -> list[Stmt]:
        """Find the smallest and the largest."""
        low, high = self.var("least", item), self.var("best", item)
        value = op("sub", high, low, type=item)
        return [
            If(
                guard,
                (
                    let(low, Over("smallest", a, None, item)),
                    let(high, Over("largest", a, None, item)),
                    Print((low, s(" "), high, s(" "), value))
                    if self.maybe(0.5)
                    else self.labelled("value", value),
                ),
            )
        ]

    def _of_list_call(self, a: Var) -> list[Stmt]:
        """Call a function with it."""
        return (
            [self.labelled("value", self.call("ints_int", a))]
            if self.maybe(0.7)
            else self.verdict(self.call("ints_bool", a))
        )

    def _of_list_if_empty(self, a: Var) -> list[Stmt]:
        """Print it, if something is in it."""
        return [
            If(
                test("eq", op("len", a), n(0)),
                (Print((s(self.pick("empty", "nothing")),)),),
                tuple(self.print_list(a)),
            )
        ]

    def _of_list_pairs(self, a: Var) -> list[Stmt]:
        """Count pairs."""
        total = self.var("total", "int")
        i, j = self.var("index", "int"), self.var("inner", "int")
        pair = self.pick(
            test("eq", op("add", op("at", a, i), op("at", a, j)), n(self.rng.randint(4, 20))),
            test("gt", op("at", a, i), op("at", a, j)),
            test("eq", op("at", a, i), op("at", a, j)),
        )
        later = Count(
            j, op("add", i, n(1)), op("len", a), (If(pair, (inc(total),)),), inclusive=False
        )
        return [
            let(total, n(0)),
            Count(i, n(0), op("len", a), (later,), inclusive=False),
            self.labelled("count", total),
        ]

    def _of_list_loop(self, a: Var) -> list[Stmt]:
        """Go through it by the places."""
        total = self.var("total", "int")
        i = self.var("index", "int")
        place = op("at", a, i)
        step = self.pick(1, 1, 2)
        added: Stmt = inc(total, place)
        if self.maybe(0.4):
            added = If(is_(i, 2, 0), (added,), (Set(total, "-=", place),))
        elif self.maybe(0.5):
            added = If(self.pred_of(place), (added,))
        return [
            let(total, n(0)),
            Count(i, n(0), op("len", a), (added,), inclusive=False, step=step),
            self.labelled("value", total),
        ]

    def plan_two_lists(self) -> list[Stmt]:
        """A value and a list, or two lists."""
        return self._value_and_list() if self.maybe(0.5) else self._list_and_list()

    def _value_and_list(self) -> list[Stmt]:
        """Compare what is in a list with a value."""
        body, found = self.read_values(("int", "int", 1, 20))
        more, a = self.read_list("ints", 0, 30)
        k = found[0]
        x = Var(self.name(*NAMES["item"]), "int")
        body += more
        way = self.pick("count", "where", "filter", "map", "any", "sum")
        sign = self.pick("gt", "lt", "eq", "ge")
        if way == "count":
            c = self.var("count", "int")
            return [
                *body,
                let(c, Over("count", a, Lambda(x, test(sign, x, k)), "int")),
                self.labelled("count", c),
            ]
        if way == "where":
            at = Var(self.name("at", "index", "pos"), "int")
            return [
                *body,
                let(at, Over("where", a, Lambda(x, test("eq", x, k)), "int"), True),
                If(
                    test("eq", at, n(-1)),
                    (Print((s("not found"),)),),
                    (self.labelled("where", at),),
                ),
            ]
        if way == "any":
            flag = self.var("flag", "bool")
            found_it = Over("any", a, Lambda(x, test("eq", x, k)), "bool")
            return [*body, let(flag, found_it), *self.verdict(flag)]
        out = self.var("outs", "ints")
        if way in ("filter", "map"):
            each = (
                self.pick(test(sign, x, k), test("eq", op("mod", x, k), n(0)))
                if way == "filter"
                else op(self.pick("mul", "add", "sub"), x, k)
            )
            made = let(out, Over(way, a, Lambda(x, each), "ints"), True)
            return [*body, made, *self._shown(out)]
        total = self.var("total", "int")
        return [
            *body,
            let(total, n(0)),
            Each(x, a, (If(test(sign, x, k), (inc(total, x),)),)),
            self.labelled("sum", total),
        ]

    def _list_and_list(self) -> list[Stmt]:
        """Go through two lists side by side."""
        a, b = self.var("ints", "ints"), self.var("ints", "ints")
        by = self.pick(" ", ",")

        def two(rng: random.Random) -> str:
            size = rng.randint(1, 7)
            return "\n".join(
                by.join(str(rng.randint(0, 12)) for _ in range(size)) for _ in range(2)
            )

        self._segments.append(two)
        i, total = self.var("index", "int"), self.var("total", "int")
        body = [Read("list", (a,), by), Read("list", (b,), by)]
        left, right = op("at", a, i), op("at", b, i)
        way = self.pick("dot", "same", "print", "merge")
        size = op("len", a)
        if way == "dot":
            return [
                *body,
                let(total, n(0)),
                Count(i, n(0), size, (inc(total, op("mul", left, right)),), inclusive=False),
                self.labelled("sum", total),
            ]
        if way == "same":
            return [
                *body,
                let(total, n(0)),
                Count(
                    i,
                    n(0),
                    size,
                    (If(test(self.pick("eq", "gt", "lt"), left, right), (inc(total),)),),
                    inclusive=False,
                ),
                self.labelled("count", total),
            ]
        out = self.var("outs", "ints")
        value = op(self.pick("add", "mul", "sub", "max"), left, right)
        return [
            *body,
            let(out, Op("list", (), "ints"), True),
            Count(i, n(0), size, (Push(out, value),), inclusive=False),
            *self._shown(out),
        ]

    def _shown(self, out: Var) -> list[Stmt]:
        """Print a list that was made, and what it comes to."""
        return [*self.print_list(out), *(self.aggregate(out) if self.level == 2 else [])]

    def plan_mixed(self) -> list[Stmt]:
        """One plan's output behind another's, where both read lists or values."""
        body, a = self.read_list("ints", 1, 40)
        stage, b = self.stage(a)
        body += stage
        if self.maybe(0.6):
            body += self.print_list(b)
        body += self.aggregate(b)
        body += self.aggregate(a)
        if self.maybe(0.5):
            counts = self.var("counts", "counts")
            x = Var(self.name(*NAMES["item"]), "int")
            key = Var(self.name("key", "kind", "label"), "str")
            body += [
                let(counts, Op("new_counts", (), "counts"), True),
                Each(x, a, (let(key, self.call("int_str", x), True), Tally(counts, key, n(1)))),
                *self.print_counts(counts),
            ]
        return body
