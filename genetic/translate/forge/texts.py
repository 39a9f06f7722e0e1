"""Programs about texts and their characters."""

from __future__ import annotations

from genetic.translate.forge.ir import (
    Append,
    Each,
    Expr,
    If,
    Lambda,
    Over,
    Print,
    Read,
    Set,
    Stmt,
    Var,
)
from genetic.translate.forge.nodes import ch, inc, let, n, op, s, test
from genetic.translate.forge.planner import sentence
from genetic.translate.forge.word_lists import WordLists
from genetic.translate.forge.words import NAMES


class Texts(WordLists):
    """Plans about texts."""

    def plan_text(self) -> list[Stmt]:
        """A line as a text."""
        body, text = self.read_text()
        for _ in range(self.pick(1, 1, 2, 2) if self.level == 1 else self.pick(2, 3, 4)):
            body += self.of_text(text)
        return body

    def plan_file(self) -> list[Stmt]:
        """All of the input as one text, with the ends of its lines."""
        text = self.var("text", "str")
        self._segments.append(
            lambda rng: "\n".join(sentence(rng) for _ in range(rng.randint(1, 4)))
        )
        body: list[Stmt] = [Read("text", (text,))]
        for _ in range(self.pick(1, 2, 2) if self.level == 1 else self.pick(3, 4)):
            body += self.of_file(text)
        return body

    def of_file(self, text: Var) -> list[Stmt]:
        """Make something of a text of many lines, and print it."""
        c = Var(self.name(*NAMES["char"]), "char")
        count = self.var("count", "int")
        way = self.pick("count", "lines", "each", "build", "call", "chart")
        if way == "lines":
            ends = Lambda(c, test("eq", c, ch("\n")))
            return [let(count, Over("count", text, ends, "int")), self.labelled("count", count)]
        if way == "each":
            return [Each(c, text, (If(self.char_pred(c), (Print((c,)),)),))]
        if way == "build":
            out = self.var("out", "str")
            kept = If(self.char_pred(c), (Append(out, self.pick((c,), (c, c))),))
            return [let(out, s("")), Each(c, text, (kept,)), Print((out,))]
        if way == "call":
            return [self.labelled("count", self.call("str_int", text))]
        found = If(self.char_pred(c), (inc(count),))
        body: list[Stmt] = [let(count, n(0)), Each(c, text, (found,))]
        if way == "chart":
            return [*body, Print((count, s(" "), op("repeat", s("*"), count, type="str")))]
        return [*body, self.labelled("count", count)]

    def of_text(self, text: Var) -> list[Stmt]:
        """Make something of a text, and print it."""
        c = Var(self.name(*NAMES["char"]), "char")
        way = self.pick(
            "count",
            "count",
            "call_int",
            "call_str",
            "call_bool",
            "op",
            "filter",
            "build",
            "words",
            "each",
            "len",
            "edges",
            "first",
            "kinds",
            "digits",
        )
        match way:
            case "count":
                return self._of_text_count(text, c)
            case "call_int":
                return [self.labelled("count", self.call("str_int", text))]
            case "call_str":
                return [self.labelled("text", self.call("str_str", text))]
            case "call_bool":
                return self.verdict(self.call("str_bool", text))
            case "op":
                return self._of_text_op(text)
            case "filter":
                return self._of_text_filter(text, c)
            case "build":
                return self._of_text_build(text, c)
            case "words":
                return self._of_text_words(text, c)
            case "each":
                return self._of_text_each(text, c)
            case "len":
                return [self.labelled("len", op("len", text))]
            case "edges":
                return self._of_text_edges(text)
            case "first":
                return self._of_text_first(text)
            case "digits":
                return self._of_text_digits(text, c)
            case _:
                return self._of_text_kinds(text, c)

    def _of_text_count(self, text: Var, c: Var) -> list[Stmt]:
        """Count characters."""
        count = self.var("count", "int")
        if self.maybe(0.5):
            return [
                let(count, Over("count", text, Lambda(c, self.char_pred(c)), "int")),
                self.labelled("count", count),
            ]
        return [
            let(count, n(0)),
            Each(c, text, (If(self.char_pred(c), (inc(count),)),)),
            self.labelled("count", count),
        ]

    def _of_text_op(self, text: Var) -> list[Stmt]:
        """Change it as a whole."""
        return [
            self.labelled(
                "text", op(self.pick("uppercase", "lowercase", "reversed"), text, type="str")
            )
        ]

    def _of_text_filter(self, text: Var, c: Var) -> list[Stmt]:
        """Keep or change characters."""
        out = self.var("out", "str")
        how = self.pick("filter", "map")
        each = (
            self.char_pred(c)
            if how == "filter"
            else self.pick(
                op("upper", c, type="char"),
                op("cond", self.char_pred(c), ch(self.pick(*"*_#-")), c, type="char"),
            )
        )
        return [let(out, Over(how, text, Lambda(c, each), "str")), self.labelled("text", out)]

    def _of_text_build(self, text: Var, c: Var) -> list[Stmt]:
        """Build another one."""
        out = self.var("out", "str")
        inner = If(
            self.char_pred(c),
            (
                Append(
                    out,
                    self.pick((c,), (c, c), (op("upper", c, type="char"),), (s("["), c, s("]"))),
                ),
            ),
            self.pick((), (), (Append(out, (ch(self.pick(*"-_.*")),)),)),
        )
        return [let(out, s("")), Each(c, text, (inner,)), Print((out,))]

    def _of_text_words(self, text: Var, c: Var) -> list[Stmt]:
        """Make words of it."""
        words = self.var("strs", "strs")
        body: list[Stmt] = [let(words, Over("split", text, Lambda(c, s(" ")), "strs"), True)]
        return body + self.of_words(words)

    def _of_text_each(self, text: Var, c: Var) -> list[Stmt]:
        """Print each character."""
        i = self.var("index", "int")
        parts: tuple[Expr, ...] = self.pick(
            (i, s(self.pick(": ", " ")), c), (c,), (c, s(" "), op("code", c))
        )
        shown = Print(parts)
        return [
            Each(
                c,
                text,
                (If(self.char_pred(c), (shown,)) if self.maybe(0.5) else shown,),
                i if i in parts else None,
            )
        ]

    def _of_text_edges(self, text: Var) -> list[Stmt]:
        """Look at both ends."""
        last = op("at", text, op("sub", op("len", text), n(1)), type="char")
        first = op("at", text, n(0), type="char")
        return [Print((first, last))] if self.maybe(0.5) else self.verdict(test("eq", first, last))

    def _of_text_first(self, text: Var) -> list[Stmt]:
        """Print its beginning, or repeat it."""
        k = self.rng.randint(1, 4)
        if self.maybe(0.5):
            return [
                If(
                    test("gt", op("len", text), n(k)),
                    (Print((op("substring", text, n(0), n(k), type="str"),)),),
                    (Print((text,)),),
                )
            ]
        return [Print((op("repeat", text, n(k), type="str"),))]

    def _of_text_digits(self, text: Var, c: Var) -> list[Stmt]:
        """Add up its digits."""
        total = self.var("total", "int")
        return [
            let(total, n(0)),
            Each(c, text, (If(test("isdigit", c), (inc(total, op("digit", c)),)),)),
            self.labelled("sum", total),
        ]

    def _of_text_kinds(self, text: Var, c: Var) -> list[Stmt]:
        """Count three kinds of characters."""
        one, two, three = (
            self.var("count", "int"),
            self.var("total", "int"),
            self.var("steps", "int"),
        )
        preds = self.rng.sample(
            [test("isdigit", c), test("isalpha", c), test("eq", c, ch(" ")), test("isupper", c)], 2
        )
        return [
            let(one, n(0)),
            let(two, n(0)),
            *((let(three, n(0)),)),
            Each(
                c, text, (If(preds[0], (inc(one),), (If(preds[1], (inc(two),), (inc(three),)),)),)
            ),
            Print((one, s(" "), two, s(" "), three))
            if self.maybe(0.5)
            else Print((s("a="), one, s(" b="), two, s(" c="), three)),
        ]

    def plan_chars(self) -> list[Stmt]:
        """How often each character of a text comes."""
        body, text = self.read_text()
        c = Var(self.name(*NAMES["char"]), "char")
        if self.level == 2 or self.maybe(0.5):
            return [*body, *self.tally(c, text), *(self.of_text(text) if self.maybe(0.4) else [])]
        k = Var(self.name("k", "target", "letter"), "char")
        total = self.var("total", "int")
        some = Var(self.name("vowels", "letters", "chars"), "str")
        return [
            *body,
            let(some, s(self.pick("aeiou", "abc", "etaoin")), True),
            Each(
                k,
                some,
                (
                    let(total, n(0)),
                    Each(c, text, (If(test("eq", c, k), (inc(total),)),)),
                    Print((k, s(" "), total)),
                ),
            ),
        ]

    def plan_stack(self) -> list[Stmt]:
        """Words that are looked at one after the other: numbers, signs, brackets."""
        body, text = self.read_text()
        c = Var(self.name(*NAMES["char"]), "char")
        depth, most = Var(self.name("depth", "level", "d"), "int"), self.var("best", "int")
        up, down = self.pick(("(", ")"), ("[", "]"), ("U", "D"), ("+", "-"), ("<", ">"))
        inner: list[Stmt] = [
            If(
                test("eq", c, ch(up)),
                (inc(depth),),
                (If(test("eq", c, ch(down)), (Set(depth, "-=", n(1)),)),),
            ),
            If(test("gt", depth, most), (Set(most, "=", depth),)),
        ]
        tail = self.pick(
            [Print((most, s(" "), depth))],
            [self.labelled("value", depth), self.labelled("largest", most)],
            [self.labelled("largest", most), *self.verdict(test("eq", depth, n(0)))],
        )
        self._segments[-1] = lambda rng: "".join(
            rng.choice((up, down, up, down, "x")) for _ in range(rng.randint(2, 14))
        )
        return [*body, let(depth, n(0)), let(most, n(0)), Each(c, text, tuple(inner)), *tail]
