"""Functions of numbers, and of lists of them, in several forms each."""

from __future__ import annotations

from genetic.translate.forge.functions.maker import Maker
from genetic.translate.forge.ir import (
    Count,
    Each,
    Function,
    If,
    Lit,
    Return,
    Set,
    Stmt,
    Var,
    While,
)
from genetic.translate.forge.nodes import inc, is_, is_op, let, n, op, test


class Numbers(Maker):
    """Functions of numbers, and of lists of them, in several forms each."""

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
