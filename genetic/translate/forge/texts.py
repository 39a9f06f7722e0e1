"""Programs about texts, words and characters."""

from __future__ import annotations

from genetic.translate.forge.ir import (
    Append,
    Each,
    EachCount,
    Expr,
    If,
    Join,
    Lambda,
    Lines,
    Op,
    Over,
    Print,
    Read,
    Set,
    SortCounts,
    Stmt,
    Tally,
    Type,
    Var,
)
from genetic.translate.forge.nodes import ch, inc, let, n, op, s, test
from genetic.translate.forge.planner import Planner, Writer, sentence
from genetic.translate.forge.words import NAMES, WORDS


class Texts(Planner):
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

    def plan_words(self) -> list[Stmt]:
        """A list of words."""
        body, words = self.read_list("strs")
        for _ in range(self.pick(1, 1, 2) if self.level == 1 else self.pick(2, 3)):
            body += self.of_words(words)
        return body

    def of_words(self, words: Var) -> list[Stmt]:
        """Make something of a list of words, and print it."""
        w = Var(self.name(*NAMES["witem"]), "str")
        ways = [
            "each",
            "each",
            "filter",
            "count",
            "sum",
            "longest",
            "join",
            "reversed",
            "initials",
            "any",
            "print",
            "len",
        ]
        if self.level == 2:
            ways += ["sort", "tally", "tally", "unique", "sort_len"]
        way = self.pick(*ways)
        match way:
            case "each":
                return self._of_words_each(words, w)
            case "filter":
                return self._of_words_filter(words, w)
            case "count":
                return self._of_words_count(words, w)
            case "sum":
                return self._of_words_sum(words, w)
            case "longest":
                return self._of_words_longest(words)
            case "join":
                return [Print((Join(words, self.pick("", "-", "_", ", ", "+")),))]
            case "reversed":
                return self._of_words_reversed(words)
            case "initials":
                return self._of_words_initials(words, w)
            case "any":
                return self._of_words_flag(words, w)
            case "sort" | "sort_len":
                return self._of_words_sorted(words, way)
            case "unique":
                return self._of_words_unique(words)
            case "tally":
                return self.tally(w, words)
            case "len":
                return [self.labelled("len", op("len", words))]
            case _:
                return self.print_list(words)

    def _of_words_each(self, words: Var, w: Var) -> list[Stmt]:
        """Print something for each."""
        value = self.pick(self.word_int(w), self.word_str(w))
        if self.maybe(0.6):
            inner: Stmt = Print((w, s(self.pick(" ", ": ", " -> ", "=")), value))
        else:
            inner = Print((value,))
        return [Each(w, words, (If(self.word_pred(w), (inner,)) if self.maybe(0.3) else inner,))]

    def _of_words_filter(self, words: Var, w: Var) -> list[Stmt]:
        """Keep some."""
        out = self.var("outs", "strs")
        return [
            let(out, Over("filter", words, Lambda(w, self.word_pred(w)), "strs"), True),
            *self.print_list(out),
        ]

    def _of_words_count(self, words: Var, w: Var) -> list[Stmt]:
        """Count some."""
        count = self.var("count", "int")
        return [
            let(count, Over("count", words, Lambda(w, self.word_pred(w)), "int")),
            self.labelled("count", count),
        ]

    def _of_words_sum(self, words: Var, w: Var) -> list[Stmt]:
        """Add up their lengths."""
        total = self.var("total", "int")
        return [
            let(total, Over("sum", words, Lambda(w, op("len", w)), "int")),
            self.labelled("sum", total),
        ]

    def _of_words_longest(self, words: Var) -> list[Stmt]:
        """Find the longest or the shortest."""
        best = self.var("best", "str")
        how = self.pick("longest", "longest", "shortest")
        return [let(best, Over(how, words, None, "str")), self.labelled("text", best)]

    def _of_words_reversed(self, words: Var) -> list[Stmt]:
        """Turn them round."""
        out = self.var("outs", "strs")
        return [let(out, Over("reversed", words, None, "strs"), True), *self.print_list(out)]

    def _of_words_initials(self, words: Var, w: Var) -> list[Stmt]:
        """Join their first characters."""
        out = self.var("out", "str")
        first = op("at", w, n(0), type="char")
        return [
            let(out, s("")),
            Each(
                w,
                words,
                (Append(out, (op("upper", first, type="char") if self.maybe(0.6) else first,)),),
            ),
            Print((out,)),
        ]

    def _of_words_flag(self, words: Var, w: Var) -> list[Stmt]:
        """Say whether any is, or all are."""
        flag = self.var("flag", "bool")
        return [
            let(flag, Over(self.pick("any", "all"), words, Lambda(w, self.word_pred(w)), "bool")),
            *self.verdict(flag),
        ]

    def _of_words_sorted(self, words: Var, way: str) -> list[Stmt]:
        """Sort them."""
        how = "sorted_length" if way == "sort_len" else self.pick("sorted", "sorted", "sorted_down")
        return [Set(words, "=", Over(how, words, None, "strs")), *self.print_list(words)]

    def _of_words_unique(self, words: Var) -> list[Stmt]:
        """Leave out what comes again."""
        out = self.var("outs", "strs")
        return [
            let(out, Over("unique", words, None, "strs"), True),
            *self.print_list(out),
            self.labelled("len", op("len", out)),
        ]

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
