"""Functions that take or give texts, in several forms each."""

from __future__ import annotations

from genetic.translate.forge.functions.maker import Maker
from genetic.translate.forge.ir import (
    Append,
    Count,
    Each,
    Expr,
    Function,
    If,
    Lit,
    Return,
    Set,
    Shown,
    Stmt,
    Var,
    While,
)
from genetic.translate.forge.nodes import ch, inc, is_, let, n, op, s, test


class Texts(Maker):
    """Functions that take or give texts, in several forms each."""

    def _int_str_grade(self) -> Function:
        x = self._int("score", "n", "x", "mark")
        words = self._rng.choice(
            (
                ("A", "B", "C", "F"),
                ("high", "medium", "low"),
                ("hot", "warm", "cold"),
                ("excellent", "good", "fair", "poor"),
                ("big", "small"),
                ("adult", "teen", "child"),
            )
        )
        limits = sorted(self._rng.sample(range(1, 20), len(words) - 1), reverse=True)
        k = self._rng.choice((1, 5))
        tests = [
            test("ge" if self._rng.random() < 0.8 else "gt", x, n(limit * k)) for limit in limits
        ]
        body: list[Stmt] = []
        if self._rng.random() < 0.6:
            body = [If(each, (Return(s(word)),)) for each, word in zip(tests, words, strict=False)]
            body.append(Return(s(words[-1])))
        else:
            other: tuple[Stmt, ...] = (Return(s(words[-1])),)
            for each, word in reversed(list(zip(tests, words, strict=False))):
                other = (If(each, (Return(s(word)),), other),)
            body = list(other)
        return self._function(
            ("grade", "classify", "category", "getGrade", "level"), (x,), "str", *body
        )

    def _int_str_base(self) -> Function:
        x, r = (
            self._int("n", "x", "num"),
            Var(self._name("result", "bits", "out", local=True), "str"),
        )
        d = self._int("d", "digit", "bit")
        k = self._rng.choice((2, 2, 2, 3, 8))
        back = Var(self._name("answer", "flipped", "res", local=True), "str")
        return self._function(
            ("toBinary", "toBase", "binary", "convert"),
            (x,),
            "str",
            If(test("eq", x, n(0)), (Return(s("0")),)),
            let(r, s("")),
            While(
                test("gt", x, n(0)),
                (
                    let(d, op("mod", x, n(k)), True),
                    Append(r, (d,)),
                    Set(x, "=", op("idiv", x, n(k))),
                ),
            ),
            let(back, op("reversed", r, type="str"), True),
            Return(back),
        )

    def _int_str_time(self) -> Function:
        x = self._int("total", "n", "t", "minutes")
        h, m = self._int("h", "hours", "whole"), self._int("m", "mins", "rest")
        k = self._rng.choice((60, 60, 24, 100, 12))
        shown: Expr = Shown(m, width=2, fill="0") if self._rng.random() < 0.5 else m
        body = op("concat", h, s(self._rng.choice((":", "h ", " ", "."))), shown, type="str")
        return self._function(
            ("format", "formatTime", "pretty"),
            (x,),
            "str",
            let(h, op("idiv", x, n(k)), True),
            let(m, op("mod", x, n(k)), True),
            Return(body),
        )

    def _int_str_word(self) -> Function:
        x = self._int("n", "x", "i", "num")
        a, b = self._rng.sample((2, 3, 4, 5, 7), 2)
        one, two = self._rng.choice(
            (
                ("foo", "bar"),
                ("ping", "pong"),
                ("tick", "tock"),
                ("even", "other"),
                ("red", "blue"),
                ("yes", "no"),
            )
        )
        return self._function(
            ("label", "describe", "nameOf", "say"),
            (x,),
            "str",
            If(is_(x, a, 0), (Return(s(one)),)),
            *((If(is_(x, b, 0), (Return(s(two)),)),) if self._rng.random() < 0.7 else ()),
            Return(
                op("concat", x, type="str")
                if self._rng.random() < 0.01
                else s(self._rng.choice(("none", "-", "neither", "odd")))
            ),
        )

    def _str_int_count(self) -> Function:
        w, c, x = (
            Var(self._name("s", "str", "word", "text", local=True), "str"),
            Var(self._name("c", "ch", "letter", local=True), "char"),
            self._int("count", "total", "n"),
        )
        names, inner = self._rng.choice(
            (
                (
                    ("countVowels", "vowels"),
                    test("among", c, s(self._rng.choice(("aeiou", "aeiou", "aeiouAEIOU")))),
                ),
                (("countDigits", "digitCount"), test("isdigit", c)),
                (("countUpper", "capitals"), test("isupper", c)),
                (("countLetters", "letters"), test("isalpha", c)),
                (("countSpaces", "spaces"), test("eq", c, ch(" "))),
                (("countChar", "countA"), test("eq", c, ch(self._rng.choice("aeostx.,")))),
            )
        )
        if self._rng.random() < 0.4:
            i = self._int("i", "j")
            at = op("at", w, i, type="char")
            return self._function(
                names,
                (w,),
                "int",
                let(x, n(0)),
                Count(
                    i, n(0), op("len", w), (let(c, at, True), If(inner, (inc(x),))), inclusive=False
                ),
                Return(x),
            )
        return self._function(
            names, (w,), "int", let(x, n(0)), Each(c, w, (If(inner, (inc(x),)),)), Return(x)
        )

    def _str_int_score(self) -> Function:
        w, c, x = (
            Var(self._name("s", "str", "word", local=True), "str"),
            Var(self._name("c", "ch", "letter", local=True), "char"),
            self._int("sum", "total", "score"),
        )
        code = op("code", c)
        value = self._rng.choice(
            (code, op("sub", code, n(96)), op("sub", code, n(97)), op("mod", code, n(10)))
        )
        if self._rng.random() < 0.3:
            return self._function(
                ("sumDigits", "digitSum"),
                (w,),
                "int",
                let(x, n(0)),
                Each(c, w, (If(test("isdigit", c), (inc(x, op("digit", c)),)),)),
                Return(x),
            )
        return self._function(
            ("score", "wordValue", "charSum", "hash", "valueOf"),
            (w,),
            "int",
            let(x, n(0)),
            Each(c, w, (inc(x, value),)),
            Return(x),
        )

    def _str_int_run(self) -> Function:
        w = Var(self._name("s", "str", "word", local=True), "str")
        best, run, i = (
            self._int("best", "max", "longest"),
            self._int("run", "cur", "len"),
            self._int("i", "k"),
        )
        same = test("eq", op("at", w, i, type="char"), op("at", w, op("sub", i, n(1)), type="char"))
        return self._function(
            ("longestRun", "maxRun", "streak"),
            (w,),
            "int",
            let(best, n(1)),
            let(run, n(1)),
            Count(
                i,
                n(1),
                op("len", w),
                (
                    If(same, (inc(run),), (Set(run, "=", n(1)),)),
                    If(test("gt", run, best), (Set(best, "=", run),)),
                ),
                inclusive=False,
            ),
            Return(best),
        )

    def _str_bool_mirror(self) -> Function:
        w = Var(self._name("s", "str", "word", local=True), "str")
        i, j = self._int("i", "left", "lo"), self._int("j", "right", "hi")
        names = ("isPalindrome", "isMirror", "symmetric")
        left = op("at", w, i, type="char")
        if self._rng.random() < 0.4:
            return self._function(
                names, (w,), "bool", Return(test("eq", w, op("reversed", w, type="str")))
            )
        return self._function(
            names,
            (w,),
            "bool",
            let(i, n(0)),
            let(j, op("sub", op("len", w), n(1))),
            While(
                test("lt", i, j),
                (
                    If(
                        test("ne", left, op("at", w, j, type="char")), (Return(Lit(False, "bool")),)
                    ),
                    inc(i),
                    Set(j, "-=", n(1)),
                ),
            ),
            Return(Lit(True, "bool")),
        )

    def _str_bool_all(self) -> Function:
        w, c = (
            Var(self._name("s", "str", "word", local=True), "str"),
            Var(self._name("c", "ch", local=True), "char"),
        )
        names, inner = self._rng.choice(
            (
                (("isNumber", "isNumeric", "allDigits"), test("isdigit", c)),
                (("isWord", "allLetters"), test("isalpha", c)),
                (("isUpper", "allCaps"), test("isupper", c)),
                (("isLower", "allSmall"), test("islower", c)),
            )
        )
        return self._function(
            names,
            (w,),
            "bool",
            Each(c, w, (If(test("not", inner), (Return(Lit(False, "bool")),)),)),
            Return(
                test("gt", op("len", w), n(0)) if self._rng.random() < 0.3 else Lit(True, "bool")
            ),
        )

    def _str_bool_balanced(self) -> Function:
        w, c, d = (
            Var(self._name("s", "str", "text", local=True), "str"),
            Var(self._name("c", "ch", local=True), "char"),
            self._int("depth", "level", "open"),
        )
        return self._function(
            ("isBalanced", "balanced", "check"),
            (w,),
            "bool",
            let(d, n(0)),
            Each(
                c,
                w,
                (
                    If(test("eq", c, ch("(")), (inc(d),)),
                    If(test("eq", c, ch(")")), (Set(d, "-=", n(1)),)),
                    If(test("lt", d, n(0)), (Return(Lit(False, "bool")),)),
                ),
            ),
            Return(test("eq", d, n(0))),
        )

    def _str_str_build(self) -> Function:
        w, c, r = (
            Var(self._name("s", "str", "word", "text", local=True), "str"),
            Var(self._name("c", "ch", "letter", local=True), "char"),
            Var(self._name("result", "out", "res", local=True), "str"),
        )
        up, low = op("upper", c, type="char"), op("lower", c, type="char")
        digit = self._rng.choice("0*-_#.")
        names, body = self._rng.choice(
            (
                (
                    ("removeVowels", "noVowels"),
                    If(test("not", test("among", c, s("aeiou"))), (Append(r, (c,)),)),
                ),
                (("double", "repeatChars", "stretch"), Append(r, (c, c))),
                (("onlyLetters", "letters", "clean"), If(test("isalpha", c), (Append(r, (c,)),))),
                (("onlyDigits", "digits"), If(test("isdigit", c), (Append(r, (c,)),))),
                (
                    ("swapCase", "invert"),
                    If(test("isupper", c), (Append(r, (low,)),), (Append(r, (up,)),)),
                ),
                (
                    ("mask", "hide", "censor"),
                    If(
                        test("among", c, s("aeiou")), (Append(r, (ch(digit),)),), (Append(r, (c,)),)
                    ),
                ),
                (
                    ("spaced", "addSpaces"),
                    Append(
                        r,
                        (
                            c,
                            s(self._rng.choice((" ", "-", "."))),
                        ),
                    ),
                ),
                (("shout", "upper"), Append(r, (up,))),
                (("dropSpaces", "compact"), If(test("ne", c, ch(" ")), (Append(r, (c,)),))),
                (("backwards", "reverse", "flip"), None),
            )
        )
        if body is None:
            i = self._int("i", "k")
            loop: Stmt = Count(
                i,
                op("sub", op("len", w), n(1)),
                n(0),
                (Append(r, (op("at", w, i, type="char"),)),),
                down=True,
            )
        else:
            loop = Each(c, w, (body,))
        return self._function(names, (w,), "str", let(r, s("")), loop, Return(r))

    def _str_str_runs(self) -> Function:
        w, r = (
            Var(self._name("s", "str", "word", local=True), "str"),
            Var(self._name("result", "out", "res", local=True), "str"),
        )
        i, c = self._int("i", "k"), self._int("count", "c", "run")
        at, nxt = op("at", w, i, type="char"), op("at", w, op("add", i, n(1)), type="char")
        last = test("or", test("eq", i, op("sub", op("len", w), n(1))), test("ne", at, nxt))
        parts = (at, c) if self._rng.random() < 0.7 else (c, at)
        return self._function(
            ("compress", "encode", "squeeze", "rle"),
            (w,),
            "str",
            let(r, s("")),
            let(c, n(0)),
            Count(
                i,
                n(0),
                op("len", w),
                (
                    inc(c),
                    If(last, (Append(r, parts), Set(c, "=", n(0)))),
                ),
                inclusive=False,
            ),
            Return(r),
        )

    def _str_str_shift(self) -> Function:
        w, c, r = (
            Var(self._name("s", "str", "text", local=True), "str"),
            Var(self._name("c", "ch", local=True), "char"),
            Var(self._name("result", "out", "res", local=True), "str"),
        )
        k = self._rng.randint(1, 25)
        moved = op(
            "chr",
            op("add", op("mod", op("add", op("sub", op("code", c), n(97)), n(k)), n(26)), n(97)),
            type="char",
        )
        return self._function(
            ("shift", "rotate", "encrypt", "cipher"),
            (w,),
            "str",
            let(r, s("")),
            Each(c, w, (If(test("islower", c), (Append(r, (moved,)),), (Append(r, (c,)),)),)),
            Return(r),
        )

    def _str_str_capital(self) -> Function:
        w, c, r, i = (
            Var(self._name("s", "str", "word", local=True), "str"),
            Var(self._name("c", "ch", local=True), "char"),
            Var(self._name("result", "out", "res", local=True), "str"),
            self._int("i", "k"),
        )
        first = self._rng.choice((test("eq", i, n(0)), is_(i, 2, 0), is_(i, 2, 1)))
        return self._function(
            ("capitalize", "title", "fancy", "alternate"),
            (w,),
            "str",
            let(r, s("")),
            Count(
                i,
                n(0),
                op("len", w),
                (
                    let(c, op("at", w, i, type="char"), True),
                    If(first, (Append(r, (op("upper", c, type="char"),)),), (Append(r, (c,)),)),
                ),
                inclusive=False,
            ),
            Return(r),
        )
