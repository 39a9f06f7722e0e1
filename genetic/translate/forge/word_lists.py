"""Programs about lists of words."""

from __future__ import annotations

from genetic.translate.forge.counts import Counts
from genetic.translate.forge.ir import (
    Append,
    Each,
    If,
    Join,
    Lambda,
    Over,
    Print,
    Set,
    Stmt,
    Var,
)
from genetic.translate.forge.nodes import let, n, op, s
from genetic.translate.forge.words import NAMES


class WordLists(Counts):
    """Plans about lists of words."""

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
