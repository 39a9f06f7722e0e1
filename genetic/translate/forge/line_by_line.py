"""Programs that answer each line."""

from __future__ import annotations

from genetic.translate.forge.ir import (
    If,
    Join,
    Lambda,
    Lines,
    Over,
    Print,
    Stmt,
    Type,
    Var,
)
from genetic.translate.forge.nodes import inc, let, n, op, s
from genetic.translate.forge.planner import Planner, Writer, sentence
from genetic.translate.forge.words import WORDS


class LineByLine(Planner):
    """Plans about lines, each for itself."""

    def plan_lines(self) -> list[Stmt]:
        """Something for each line, and totals behind."""
        kind: Type = self.pick("str", "str", "str", "int", "int", "num")
        line = self.var("line" if kind == "str" else "item", kind)
        before: list[Stmt] = []
        total, count = (
            self.var("total", "int" if kind != "num" else "num"),
            self.var("count", "int"),
        )
        inner: list[Stmt] = []
        if kind == "str":
            writer: Writer = self.pick(sentence, lambda rng: rng.choice(WORDS))
            for _ in range(self.pick(1, 1, 2)):
                inner += self.of_line(line)
        elif kind == "int":
            writer = self.numbers("int", *self.pick((-9, 60), (1, 30), (0, 200)))
            inner += self.pick(
                [Print((self.int_of(line),))],
                [Print((line, s(" "), self.call("int_str", line)))],
                self.verdict(self.pred_of(line, 0.6)),
                [If(self.pred_of(line), (Print((line,)),))],
                [Print((line, s(": "), self.int_of(line, 0.6)))],
            )
        else:
            writer = self.numbers("num")
            inner.append(Print((self.decimals(self.call("num_num", line)),)))
        after: list[Stmt] = []
        if self.maybe(0.65):
            if kind == "str":
                step: Stmt = (
                    inc(total, op("len", line))
                    if self.maybe(0.5)
                    else If(self.word_pred(line), (inc(total),))
                )
            else:
                step = inc(total, line)
                if self.maybe(0.4) and kind == "int":
                    step = If(self.pred_of(line), (step,))
            before, after = [*before, let(total, n(0))], [self.labelled("sum", total)]
            if self.maybe(0.5):
                inner = [step]
                before.append(let(count, n(0)))
                inner.append(inc(count))
                after.append(self.labelled("count", count))
            else:
                inner.append(step)
        rows = self.rng.randint(2, 7)
        self._segments.append(
            lambda rng: "\n".join(writer(rng) for _ in range(rng.randint(1, rows)))
        )
        return [*before, Lines((line,), tuple(inner)), *after]

    def of_line(self, line: Var) -> list[Stmt]:
        """Make something of a line, without new variables but its own."""
        way = self.pick("int", "str", "bool", "show", "words", "op", "if")
        if way == "int":
            return (
                [Print((self.word_int(line),))]
                if self.maybe(0.4)
                else [Print((line, s(self.pick(": ", " ", " -> ")), self.word_int(line)))]
            )
        if way == "str":
            return [Print((self.call("str_str", line),))]
        if way == "bool":
            return self.verdict(self.call("str_bool", line))
        if way == "op":
            return [Print((op(self.pick("uppercase", "lowercase", "reversed"), line, type="str"),))]
        if way == "words":
            words = self.var("strs", "strs")
            c = Var("x", "char")
            out: list[Stmt] = [let(words, Over("split", line, Lambda(c, s(" ")), "strs"), True)]
            out += self.pick(
                [Print((op("len", words),))],
                [Print((Join(words, "-"),))],
                [Print((op("at", words, n(0), type="str"),))],
            )
            return out
        if way == "if":
            return [If(self.word_pred(line), (Print((line,)),))]
        return [
            Print(
                (
                    s(self.pick("> ", "- ", "Hello, ", "Line: ", "[")),
                    line,
                    s(self.pick("!", "", "]")),
                )
            )
        ]
