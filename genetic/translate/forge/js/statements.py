"""Statements of JavaScript."""

from __future__ import annotations

from collections.abc import Sequence

from genetic.translate.forge.ir import (
    ITEM,
    Append,
    Count,
    Each,
    EachCount,
    Expr,
    Field,
    Function,
    If,
    Join,
    Leave,
    Let,
    Lit,
    Op,
    Over,
    Print,
    Push,
    Read,
    Return,
    Set,
    SortCounts,
    SortRows,
    Stmt,
    Tally,
    Var,
    While,
)
from genetic.translate.forge.js.expressions import (
    Expressions,
    leaves,
)
from genetic.translate.forge.shared import Unspeakable

LOOPS = (
    *("sum", "product", "largest", "smallest", "count", "any", "all", "map", "filter"),
    *("reversed", "longest", "shortest"),
)
"""Operations on lists that may also be written as loops."""


class Statements(Expressions):
    """Writes statements of one program, in one style."""

    def _fn(self, params: str) -> str:
        """Return the head of a function that stands in an expression."""
        if self._style.arrow:
            return f"({params}) =>" if not params or self._rng.random() < 0.6 else f"{params} =>"
        return f"function ({params})" if self._rng.random() < 0.5 else f"function({params})"

    def _function(self, function: Function) -> None:
        params = ", ".join(var.name for var in function.params)
        how = self._style.upper_functions
        only = function.body[0] if len(function.body) == 1 else None
        if how == "arrow" and self._style.arrow:
            if isinstance(only, Return) and not isinstance(only.value, (Over, Join)):
                self._line(
                    f"const {function.name} = "
                    f"{self._arrow(params, self._expr(only.value))}{self._end}"
                )
                return
            self._line(f"const {function.name} = ({params}) => {{")
            tail = f"}}{self._end}"
        elif how == "expression":
            self._line(f"{self._style.const} {function.name} = function ({params}) {{")
            tail = f"}}{self._end}"
        else:
            self._line(f"function {function.name}({params}) {{")
            tail = "}"
        self._depth += 1
        for each in function.body:
            self._statement(each)
        self._depth -= 1
        self._line(tail)

    def _statement(self, node: Stmt) -> None:
        getattr(self, f"_{type(node).__name__.lower()}")(node)

    def _block(self, head: str, body: Sequence[Stmt], tail: str = "") -> None:
        """Write a head with its body, in braces where this style or the body asks for them."""
        simple = len(body) == 1 and isinstance(body[0], (Set, Push, Print, Return, Leave, Append))
        mark = len(self._written)
        self._line(f"{head} {{")
        self._depth += 1
        for each in body:
            self._statement(each)
        self._depth -= 1
        if simple and not self._style.braces and not tail and len(self._written) == mark + 2:
            inner = self._written.pop().strip()
            self._written[mark] = self._written[mark][:-2]
            if self._rng.random() < 0.6 and len(head) + len(inner) < 70:
                self._written[mark] += f" {inner}"
            else:
                self._line(self._style.indent + inner)
        else:
            self._line("}" + tail)

    def _let(self, node: Let) -> None:
        s, e = self._style, self._end
        keyword = s.const if node.fixed else s.let
        if isinstance(node.value, Over) and self._looped(node.var, node.value):
            return
        self._line(f"{keyword} {node.var.name} = {self._expr(node.value)}{e}")

    def _looped(self, var: Var, over: Over) -> bool:
        """Write an operation on a list as a loop, if this style likes that."""
        s, e = self._style, self._end
        if (
            over.name not in LOOPS
            or self._rng.random() < s.functional
            or not isinstance(over.source, Var)
        ):
            return False
        item = (
            over.each.item
            if over.each
            else Var(self._free("x", "v", "el", "item", "val"), ITEM[over.source.type])
        )
        each = over.each.body if over.each else item
        name = var.name
        start = {
            "sum": "0",
            "product": "1",
            "count": "0",
            "any": "false",
            "all": "true",
            "map": "[]",
            "filter": "[]",
            "reversed": "[]",
        }
        if var.type == "str" and over.name in ("map", "filter"):
            start = start | {"map": '""', "filter": '""'}
        source = over.source.name
        first = f"{source}[0]"
        if over.name in ("largest", "smallest") and over.each is not None:
            return False
        if over.name == "reversed":
            i = self._free("i", "j", "k")
            self._line(f"{s.const} {name} = []{e}")
            self._line(
                f"for ({s.let} {i} = {source}.length - 1; {i} >= 0; {i}--) "
                f"{name}.push({source}[{i}]){e}"
            )
            return True
        keyword = s.const if start.get(over.name) == "[]" else s.let
        self._line(f"{keyword} {name} = {start.get(over.name, first)}{e}")
        body = _step(over.name, var, each, item)
        self._each(Each(item, over.source, (body,)))
        return True

    def _set(self, node: Set) -> None:
        e = self._end
        place = self._expr(node.place)
        if isinstance(node.value, Over):
            self._line(f"{place}.sort({self._comparing(node.value.name, node.place.type)}){e}")
            return
        value = self._expr(node.value)
        if node.op in ("+=", "-=") and value == "1" and self._rng.random() < 0.85:
            self._line(f"{place}{node.op[0] * 2}{e}")
        elif len(node.op) == 2 and self._rng.random() < 0.1:
            self._line(f"{place} = {place} {node.op[0]} {self._expr(node.value, 12)}{e}")
        else:
            self._line(f"{place} {node.op} {value}{e}")

    def _if(self, node: If) -> None:
        if not node.other:
            self._block(f"if ({self._expr(node.test)})", node.then)
            return
        self._line(f"if ({self._expr(node.test)}) {{")
        self._inner(node.then)
        other = node.other
        while len(other) == 1 and isinstance(other[0], If):
            self._line(f"}} else if ({self._expr(other[0].test)}) {{")
            self._inner(other[0].then)
            other = other[0].other
        if other:
            self._line("} else {")
            self._inner(other)
        self._line("}")

    def _inner(self, body: Sequence[Stmt]) -> None:
        self._depth += 1
        for each in body:
            self._statement(each)
        self._depth -= 1

    def _while(self, node: While) -> None:
        self._block(f"while ({self._expr(node.test)})", node.body)

    def _count(self, node: Count) -> None:
        name = node.var.name
        compare = (">" if node.down else "<") + ("=" if node.inclusive else "")
        sign = "-" if node.down else "+"
        step = f"{name}{sign * 2}" if node.step == 1 else f"{name} {sign}= {node.step}"
        first, last = self._expr(node.first), self._expr(node.last, 10)
        if self._rng.random() < 0.08:
            self._line(f"{self._style.let} {name} = {first}{self._end}")
            self._line(f"while ({name} {compare} {last}) {{")
            if leaves(node.body):
                raise Unspeakable
            self._inner(node.body)
            self._line(f"{self._style.indent}{step}{self._end}")
            self._line("}")
            return
        self._block(
            f"for ({self._style.let} {name} = {first}; {name} {compare} {last}; {step})", node.body
        )

    def _each(self, node: Each) -> None:
        s, e = self._style, self._end
        source, name = self._expr(node.source), node.var.name
        leaving = leaves(node.body)
        how = self._rng.random()
        by_index = node.index is not None
        if how < 0.25 and not leaving and node.source.type != "str":
            params = f"{name}, {node.index.name}" if node.index else name
            head = f"({params}) =>" if by_index and s.arrow else self._fn(params)
            self._block(
                f"{source}.forEach({head}",
                node.body,
                f"){e}",
            )
            return
        if by_index or how < 0.25 + 0.75 * s.plain_for:
            i = node.index.name if node.index else self._free("i", "j", "k", "idx")
            if not isinstance(node.source, (Var, Field)):
                kept = self._free("all", "src", "seq")
                self._line(f"{s.const} {kept} = {source}{e}")
                source = kept
            self._line(f"for ({s.let} {i} = 0; {i} < {source}.length; {i}++) {{")
            self._depth += 1
            self._line(f"{s.const} {name} = {source}[{i}]{e}")
            self._depth -= 1
            self._inner(node.body)
            self._line("}")
            if not node.index:
                self._names.discard(i)
            return
        self._block(f"for ({s.const} {name} of {source})", node.body)

    def _push(self, node: Push) -> None:
        self._line(f"{node.list.name}.push({self._expr(node.value)}){self._end}")

    def _append(self, node: Append) -> None:
        self._line(f"{node.text.name} += {self._spoken(node.parts)}{self._end}")

    def _tally(self, node: Tally) -> None:
        name, key, by, e = node.counts.name, self._expr(node.key), self._expr(node.by), self._end
        if self._counts_style == "map":
            self._line(f"{name}.set({key}, ({name}.get({key}) || 0) + {by}){e}")
        elif self._rng.random() < 0.3 and by == "1":
            self._line(
                f"if ({name}[{key}]) {name}[{key}]++{e}"
                if self._style.semi
                else f"if ({name}[{key}]) {name}[{key}]++"
            )
            self._line(f"else {name}[{key}] = 1{e}")
        else:
            self._line(f"{name}[{key}] = ({name}[{key}] || 0) + {by}{e}")

    def _eachcount(self, node: EachCount) -> None:
        s, e, name = self._style, self._end, node.counts.name
        key, count = node.key.name, node.count.name
        self._rng.random()  # so that all that is drawn after it stays as it was
        pairs = name == self._sorted
        if pairs or self._rng.random() < 0.6 or self._counts_style == "map":
            pairs = pairs or self._counts_style == "map"
            entries = name if pairs else f"Object.entries({name})"
            self._block(f"for ({s.const} [{key}, {count}] of {entries})", node.body)
            return
        if self._rng.random() < 0.5:
            self._line(f"for ({s.const} {key} in {name}) {{")
            tail = "}"
        else:
            self._line(f"Object.keys({name}).forEach({self._fn(key)} {{")
            tail = f"}}){e}"
        self._depth += 1
        self._line(f"{s.const} {count} = {name}[{key}]{e}")
        self._depth -= 1
        self._inner(node.body)
        self._line(tail)

    def _sortcounts(self, node: SortCounts) -> None:
        s, e = self._style, self._end
        self._sorted = node.result.name
        entries = (
            f"[...{node.counts.name}]"
            if self._counts_style == "map"
            else f"Object.entries({node.counts.name})"
        )
        keys = "a[0] < b[0] ? -1 : 1"
        test = keys if node.by == "key" else f"b[1] - a[1] || ({keys})"
        self._line(f"{s.const} {node.result.name} = {entries}.sort({self._arrow('a, b', test)}){e}")

    def _sortrows(self, node: SortRows) -> None:
        a, b = self._rng.choice((("a", "b"), ("x", "y")))
        texts = {
            v.name
            for each in self._reads
            if isinstance(each, Read) and each.how == "rows"
            for v in each.vars[1:]
            if v.type == "str"
        }

        def compared(field: str, down: bool) -> str:
            left, right = (b, a) if down else (a, b)
            if field in texts:
                return f"({left}.{field} < {right}.{field} ? -1 : 1)"
            return f"{left}.{field} - {right}.{field}"

        test = compared(node.by, node.down)
        if node.then:
            test += f" || {compared(node.then, False)}"
        elif test.startswith("("):
            test = test[1:-1]
        self._line(f"{node.rows.name}.sort({self._arrow(f'{a}, {b}', test)}){self._end}")

    def _print(self, node: Print) -> None:
        e = self._end
        parts = node.parts
        if not node.end:
            self._line(f"process.stdout.write({self._spoken(parts, text=True)}){e}")
        elif len(parts) == 1 and not isinstance(parts[0], Lit) and self._rng.random() < 0.95:
            self._line(f"console.log({self._expr(self._plainly(parts[0]))}){e}")
        elif self._rng.random() < 0.06:
            text = self._spoken((*parts, Lit("\n", "str")), text=True)
            self._line(f"process.stdout.write({text}){e}")
        elif (comma := self._by_commas(parts)) and self._rng.random() < 0.5:
            self._line(f"console.log({comma}){e}")
        else:
            self._line(f"console.log({self._spoken(parts) if parts else ''}){e}")

    def _plainly(self, part: Expr) -> Expr:
        """Characters and texts are printed alike, and so are numbers."""
        return part

    def _by_commas(self, parts: Sequence[Expr]) -> str | None:
        """Return the parts as arguments, where only blanks between them are left out for that."""
        found: list[str] = []
        glued = False
        for number, part in enumerate(parts):
            last = number == len(parts) - 1
            if isinstance(part, Lit) and part.type == "str":
                text = part.value
                if (number and not text.startswith(" ")) or (not last and not text.endswith(" ")):
                    return None
                if number and not last and len(text) < 2:
                    if text != " ":
                        return None
                    continue
                text = text[1 if number else 0 : len(text) if last else -1]
                found.append(self._literal(text))
            else:
                if number and not isinstance(parts[number - 1], Lit):
                    return None
                found.append(self._expr(part))
        return None if glued or len(found) < 2 else ", ".join(found)

    def _return(self, node: Return) -> None:
        self._line(f"return {self._expr(node.value)}{self._end}")

    def _leave(self, node: Leave) -> None:
        self._line(f"{node.how}{self._end}")


def _step(how: str, var: Var, each: Expr, item: Var) -> Stmt:
    """Return what a loop does with each item of a list."""
    if how in ("sum", "product"):
        return Set(var, "+=" if how == "sum" else "*=", each)
    if how in ("largest", "smallest"):
        return If(
            Op("gt" if how == "largest" else "lt", (each, var), "bool"),
            (Set(var, "=", each),),
        )
    if how in ("longest", "shortest"):
        sizes = (Op("len", (each,), "int"), Op("len", (var,), "int"))
        return If(Op("gt" if how == "longest" else "lt", sizes, "bool"), (Set(var, "=", each),))
    if how == "count":
        return If(each, (Set(var, "+=", Lit(1, "int")),))
    if how == "any":
        return If(each, (Set(var, "=", Lit(True, "bool")),))
    if how == "all":
        return If(Op("not", (each,), "bool"), (Set(var, "=", Lit(False, "bool")),))
    if how == "map":
        return Append(var, (each,)) if var.type == "str" else Push(var, each)
    return If(each, (Append(var, (item,)) if var.type == "str" else Push(var, item),))
