"""Functions such as small programs have, in several forms each."""

from __future__ import annotations

import random
from collections.abc import Callable

from genetic.translate.forge.ir import (
    Append,
    Count,
    Each,
    Expr,
    Function,
    If,
    Let,
    Lit,
    Op,
    Return,
    Set,
    Shown,
    Stmt,
    Type,
    Var,
    While,
)


def n(value: float) -> Lit:
    """Return a number."""
    return Lit(value, "int" if isinstance(value, int) else "num")


def s(value: str) -> Lit:
    """Return a text."""
    return Lit(value, "str")


def ch(value: str) -> Lit:
    """Return a character."""
    return Lit(value, "char")


def op(name: str, *args: Expr, type: Type = "int") -> Op:
    """Return an operation; of a number unless said otherwise."""
    return Op(name, args, type)


def test(name: str, *args: Expr) -> Op:
    """Return an operation that is true or false."""
    return Op(name, args, "bool")


def inc(var: Expr, by: Expr | None = None) -> Set:
    """Return an addition to a variable."""
    return Set(var, "+=", by or n(1))


def let(var: Var, value: Expr, fixed: bool = False) -> Let:
    """Return a new variable."""
    return Let(var, value, fixed)


def is_(x: Expr, k: int, r: int) -> Op:
    """Return whether a number leaves a remainder."""
    return test("eq", op("mod", x, n(k)), n(r))


class Library:
    """Makes functions; their names are unlike all others.

    Args:
        rng: What their forms follow from.
        name: Returns a free name, one of some.
    """

    def __init__(self, rng: random.Random, name: Callable[..., str]) -> None:
        self._rng, self._name = rng, name

    def make(self, kind: str) -> Function:
        """Return a function of a kind, such as ``int_int``, by chance."""
        found = [each for each in dir(self) if each.startswith(f"_{kind}_")]
        function: Function = getattr(self, self._rng.choice(found))()
        return function

    def _int(self, *names: str) -> Var:
        return Var(self._name(*names, local=True), "int")

    def _pick(self, *choices: object) -> object:
        return self._rng.choice(choices)

    def _function(
        self, names: tuple[str, ...], params: tuple[Var, ...], kind: Type, *body: Stmt
    ) -> Function:
        return Function(self._name(*names), params, kind, body)

    # int -> int

    def _int_int_digit_sum(self) -> Function:
        x, total = self._int("n", "x", "num"), self._int("sum", "total", "s")
        how = self._rng.choice(("+=", "*=")) if self._rng.random() < 0.25 else "+="
        return self._function(
            ("digitSum", "sumDigits", "sumOfDigits", "digits"),
            (x,),
            "int",
            let(total, n(0 if how == "+=" else 1)),
            While(
                test("gt", x, n(0)),
                (
                    Set(total, how, op("mod", x, n(10))),
                    Set(x, "=", op("idiv", x, n(10))),
                ),
            ),
            Return(total),
        )

    def _int_int_count_digits(self) -> Function:
        x, c = self._int("n", "x", "num"), self._int("count", "c", "digits")
        return self._function(
            ("countDigits", "numDigits", "digitCount"),
            (x,),
            "int",
            let(c, n(0)),
            While(test("gt", x, n(0)), (inc(c), Set(x, "=", op("idiv", x, n(10))))),
            Return(c),
        )

    def _int_int_reverse(self) -> Function:
        x, r = self._int("n", "x", "num"), self._int("rev", "r", "result")
        return self._function(
            ("reverseNumber", "reverseDigits", "flip"),
            (x,),
            "int",
            let(r, n(0)),
            While(
                test("gt", x, n(0)),
                (
                    Set(r, "=", op("add", op("mul", r, n(10)), op("mod", x, n(10)))),
                    Set(x, "=", op("idiv", x, n(10))),
                ),
            ),
            Return(r),
        )

    def _int_int_factorial(self) -> Function:
        x = self._int("n", "x", "num")
        name = ("factorial", "fact", "f")
        if self._rng.random() < 0.35:
            from genetic.translate.forge.ir import Call

            called = self._name(*name)
            return Function(
                called,
                (x,),
                "int",
                (
                    If(test("le", x, n(1)), (Return(n(1)),)),
                    Return(op("mul", x, Call(called, (op("sub", x, n(1)),), "int"))),
                ),
            )
        r, i = self._int("result", "r", "f", "product"), self._int("i", "k")
        return self._function(
            name,
            (x,),
            "int",
            let(r, n(1)),
            Count(i, n(self._rng.choice((1, 2))), x, (Set(r, "*=", i),)),
            Return(r),
        )

    def _int_int_fib(self) -> Function:
        x = self._int("n", "x", "k")
        if self._rng.random() < 0.3:
            from genetic.translate.forge.ir import Call

            called = self._name("fib", "fibonacci")
            return Function(
                called,
                (x,),
                "int",
                (
                    If(test("lt", x, n(2)), (Return(x),)),
                    Return(
                        op(
                            "add",
                            Call(called, (op("sub", x, n(1)),), "int"),
                            Call(called, (op("sub", x, n(2)),), "int"),
                        )
                    ),
                ),
            )
        a, b, i, t = (
            self._int("a", "prev"),
            self._int("b", "cur"),
            self._int("i"),
            self._int("t", "next", "tmp"),
        )
        return self._function(
            ("fib", "fibonacci"),
            (x,),
            "int",
            let(a, n(0)),
            let(b, n(1)),
            Count(
                i,
                n(0),
                x,
                (let(t, op("add", a, b), True), Set(a, "=", b), Set(b, "=", t)),
                inclusive=False,
            ),
            Return(a),
        )

    def _int_int_divisors(self) -> Function:
        x, c, i = self._int("n", "x", "num"), self._int("count", "c", "total"), self._int("i", "d")
        summed = self._rng.random() < 0.4
        return self._function(
            ("sumDivisors", "divisorSum")
            if summed
            else ("countDivisors", "divisors", "numDivisors"),
            (x,),
            "int",
            let(c, n(0)),
            Count(i, n(1), x, (If(is_op(x, i), (inc(c, i if summed else None),)),)),
            Return(c),
        )

    def _int_int_poly(self) -> Function:
        x = self._int("x", "n", "v")
        k = self._rng.randint(2, 9)
        body = self._rng.choice(
            (
                op("mul", x, x),
                op("mul", op("mul", x, x), x),
                op("add", op("mul", x, n(k)), n(1)),
                op("idiv", op("mul", x, op("add", x, n(1))), n(2)),
                op("sub", op("mul", x, x), n(k)),
                op("mul", x, n(k)),
            )
        )
        return self._function(
            ("f", "calc", "transform", "apply", "compute", "square"), (x,), "int", Return(body)
        )

    def _int_int_clamp(self) -> Function:
        x = self._int("x", "n", "v")
        low, high = self._rng.randint(-5, 3), self._rng.randint(10, 99)
        return self._function(
            ("clamp", "limitTo", "bound"),
            (x,),
            "int",
            If(test("lt", x, n(low)), (Return(n(low)),)),
            If(test("gt", x, n(high)), (Return(n(high)),)),
            Return(x),
        )

    def _int_int_steps(self) -> Function:
        x, c = self._int("n", "x"), self._int("steps", "count")
        k = self._rng.choice((2, 3))
        return self._function(
            ("halvings", "steps", "countSteps"),
            (x,),
            "int",
            let(c, n(0)),
            While(
                test("gt", x, n(1)),
                (
                    If(is_(x, k, 0), (Set(x, "=", op("idiv", x, n(k))),), (Set(x, "-=", n(1)),)),
                    inc(c),
                ),
            ),
            Return(c),
        )

    # (int, int) -> int

    def _int2_int_gcd(self) -> Function:
        a, b, t = self._int("a", "x"), self._int("b", "y"), self._int("t", "tmp", "temp")
        if self._rng.random() < 0.4:
            from genetic.translate.forge.ir import Call

            called = self._name("gcd", "hcf")
            return Function(
                called,
                (a, b),
                "int",
                (
                    If(test("eq", b, n(0)), (Return(a),)),
                    Return(Call(called, (b, op("mod", a, b)), "int")),
                ),
            )
        return self._function(
            ("gcd", "hcf"),
            (a, b),
            "int",
            While(
                test("ne", b, n(0)), (let(t, op("mod", a, b), True), Set(a, "=", b), Set(b, "=", t))
            ),
            Return(a),
        )

    def _int2_int_power(self) -> Function:
        a, b, r, i = (
            self._int("base", "b", "x"),
            self._int("exp", "e", "k"),
            self._int("result", "r"),
            self._int("i"),
        )
        return self._function(
            ("power", "pow", "raise"),
            (a, b),
            "int",
            let(r, n(1)),
            Count(i, n(0), b, (Set(r, "*=", a),), inclusive=False),
            Return(r),
        )

    def _int2_int_range_sum(self) -> Function:
        a, b, r, i = (
            self._int("a", "from", "lo"),
            self._int("b", "to", "hi"),
            self._int("sum", "total"),
            self._int("i", "k"),
        )
        body: tuple[Stmt, ...] = (inc(r, i),)
        if self._rng.random() < 0.5:
            body = (If(is_(i, self._rng.randint(2, 5), 0), body),)
        return self._function(
            ("sumRange", "sumBetween", "rangeSum"),
            (a, b),
            "int",
            let(r, n(0)),
            Count(i, a, b, body),
            Return(r),
        )

    def _int2_int_simple(self) -> Function:
        a, b = self._int("a", "x"), self._int("b", "y")
        names, body = self._rng.choice(
            (
                (("add", "plus"), op("add", a, b)),
                (("multiply", "mul", "area"), op("mul", a, b)),
                (("diff", "distance"), op("abs", op("sub", a, b))),
                (("max", "larger", "maxOf"), op("cond", test("gt", a, b), a, b)),
                (("min", "smaller", "minOf"), op("cond", test("lt", a, b), a, b)),
                (("perimeter",), op("mul", n(2), op("add", a, b))),
            )
        )
        return self._function(names, (a, b), "int", Return(body))

    # int -> bool

    def _int_bool_prime(self) -> Function:
        x, i = self._int("n", "x", "num"), self._int("i", "d", "k")
        head = If(test("lt", x, n(2)), (Return(Lit(False, "bool")),))
        inner = If(is_op(x, i), (Return(Lit(False, "bool")),))
        loop: Stmt = self._rng.choice(
            (
                Count(i, n(2), op("mul", i, i), (inner,)),
                Count(i, n(2), x, (inner,), inclusive=False),
                Count(i, n(2), op("floor", op("sqrt", x, type="num")), (inner,)),
            )
        )
        if loop.last == op("mul", i, i):  # type: ignore[union-attr]
            return self._function(
                ("isPrime", "prime", "checkPrime"),
                (x,),
                "bool",
                head,
                let(i, n(2)),
                While(test("le", op("mul", i, i), x), (inner, inc(i))),
                Return(Lit(True, "bool")),
            )
        return self._function(
            ("isPrime", "prime", "checkPrime"), (x,), "bool", head, loop, Return(Lit(True, "bool"))
        )

    def _int_bool_perfect(self) -> Function:
        x, t, i = self._int("n", "x"), self._int("sum", "total"), self._int("i", "d")
        return self._function(
            ("isPerfect", "perfect"),
            (x,),
            "bool",
            let(t, n(0)),
            Count(i, n(1), x, (If(is_op(x, i), (inc(t, i),)),), inclusive=False),
            Return(test("eq", t, x)),
        )

    def _int_bool_mirror(self) -> Function:
        x, r, left = self._int("n", "x"), self._int("rev", "r"), self._int("rest", "tmp", "left")
        return self._function(
            ("isPalindrome", "isMirrored", "palindromic"),
            (x,),
            "bool",
            let(r, n(0)),
            let(left, x),
            While(
                test("gt", left, n(0)),
                (
                    Set(r, "=", op("add", op("mul", r, n(10)), op("mod", left, n(10)))),
                    Set(left, "=", op("idiv", left, n(10))),
                ),
            ),
            Return(test("eq", r, x)),
        )

    def _int_bool_simple(self) -> Function:
        x = self._int("n", "x", "year", "y")
        k = self._rng.randint(2, 9)
        names, body = self._rng.choice(
            (
                (("isEven", "even"), is_(x, 2, 0)),
                (("isOdd", "odd"), test("ne", op("mod", x, n(2)), n(0))),
                (("isMultiple", "divisible"), is_(x, k, 0)),
                (("inRange", "isValid"), test("and", test("ge", x, n(k)), test("le", x, n(k * 9)))),
                (
                    ("isLeap", "isLeapYear", "leap"),
                    test(
                        "or",
                        test("and", is_(x, 4, 0), test("ne", op("mod", x, n(100)), n(0))),
                        is_(x, 400, 0),
                    ),
                ),
                (("isBig", "isLarge"), test("gt", x, n(k * 5))),
            )
        )
        return self._function(names, (x,), "bool", Return(body))

    # int -> str

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

    # str -> int

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

    # str -> bool

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

    # str -> str

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

    # a list of numbers -> a number

    def _ints_int_fold(self) -> Function:
        a, x, t = (
            Var(self._name("arr", "list", "values", "a", local=True), "ints"),
            Var(self._name("x", "v", "el", local=True), "int"),
            self._int("total", "sum", "res", "t"),
        )
        k = self._rng.randint(2, 5)
        names, start, body = self._rng.choice(
            (
                (("sum", "sumOf", "total"), n(0), inc(t, x)),
                (("sumSquares", "squares"), n(0), inc(t, op("mul", x, x))),
                (("countBig", "countAbove"), n(0), If(test("gt", x, n(k)), (inc(t),))),
                (("sumEven", "evens"), n(0), If(is_(x, 2, 0), (inc(t, x),))),
                (("countMultiples",), n(0), If(is_(x, k, 0), (inc(t),))),
            )
        )
        return self._function(names, (a,), "int", let(t, start), Each(x, a, (body,)), Return(t))

    def _ints_int_best(self) -> Function:
        a, t, i = (
            Var(self._name("arr", "list", "values", "a", local=True), "ints"),
            self._int("best", "m", "max", "res"),
            self._int("i", "j"),
        )
        at = op("at", a, i)
        first = op("at", a, n(0))
        if self._rng.random() < 0.4:
            gap = op("abs", op("sub", at, op("at", a, op("sub", i, n(1)))))
            return self._function(
                ("maxGap", "biggestJump", "largestStep"),
                (a,),
                "int",
                let(t, n(0)),
                Count(
                    i,
                    n(1),
                    op("len", a),
                    (If(test("gt", gap, t), (Set(t, "=", gap),)),),
                    inclusive=False,
                ),
                Return(t),
            )
        sign = self._rng.choice(("gt", "lt"))
        names = (
            ("findMax", "maxOf", "largest") if sign == "gt" else ("findMin", "minOf", "smallest")
        )
        return self._function(
            names,
            (a,),
            "int",
            let(t, first),
            Count(
                i, n(1), op("len", a), (If(test(sign, at, t), (Set(t, "=", at),)),), inclusive=False
            ),
            Return(t),
        )

    def _ints_bool_sorted(self) -> Function:
        a, i = (
            Var(self._name("arr", "list", "values", "a", local=True), "ints"),
            self._int("i", "j"),
        )
        sign = self._rng.choice(("lt", "gt", "le"))
        wrong = test(sign, op("at", a, i), op("at", a, op("sub", i, n(1))))
        return self._function(
            ("isSorted", "sorted", "increasing", "ordered"),
            (a,),
            "bool",
            Count(
                i, n(1), op("len", a), (If(wrong, (Return(Lit(False, "bool")),)),), inclusive=False
            ),
            Return(Lit(True, "bool")),
        )

    # numbers with decimals

    def _num_num_convert(self) -> Function:
        x = Var(self._name("x", "v", "value", "c", local=True), "num")
        k = self._rng.choice((0.5, 1.5, 2.5, 1.2, 0.1, 3.14))
        names, body = self._rng.choice(
            (
                (
                    ("toFahrenheit", "fahrenheit"),
                    op(
                        "add",
                        op("div", op("mul", x, n(9), type="num"), n(5), type="num"),
                        n(32),
                        type="num",
                    ),
                ),
                (("half", "scale", "discount"), op("mul", x, n(k), type="num")),
                (
                    ("circleArea", "area"),
                    op("mul", op("mul", n(3.14159), x, type="num"), x, type="num"),
                ),
                (("square",), op("mul", x, x, type="num")),
                (("withTax", "addTax"), op("add", x, op("mul", x, n(k), type="num"), type="num")),
                (("root", "side"), op("sqrt", x, type="num")),
            )
        )
        return self._function(names, (x,), "num", Return(body))


def is_op(x: Expr, d: Expr) -> Op:
    """Return whether a number is divisible by another."""
    return test("eq", op("mod", x, d), n(0))
