"""Statements of C."""

from __future__ import annotations

from collections.abc import Sequence

from genetic.translate.forge.c.expressions import (
    SPOKEN,
    hoists,
    quoted,
)
from genetic.translate.forge.c.values import Values
from genetic.translate.forge.ir import (
    Append,
    Count,
    Each,
    EachCount,
    If,
    Join,
    Leave,
    Let,
    Over,
    Print,
    Push,
    Return,
    Set,
    SortCounts,
    SortRows,
    Stmt,
    Tally,
    Var,
    While,
)
from genetic.translate.forge.shared import Unspeakable
from genetic.translate.forge.words import renamed


class Statements(Values):
    """Writes statements of one program."""

    def _block(self, body: Sequence[Stmt]) -> None:
        self._depth += 1
        for statement in body:
            self._statement(statement)
        self._depth -= 1

    def _statement(self, node: Stmt) -> None:
        getattr(self, f"_{type(node).__name__.lower()}")(node)

    def _body(self, head: str, body: Sequence[Stmt], before: Sequence[str] = ()) -> None:
        """Write a head with its body, in braces."""
        self._line(f"{head} {{")
        self._depth += 1
        for each in before:
            self._line(each)
        self._depth -= 1
        self._block(body)
        self._line("}")

    def _let(self, node: Let) -> None:
        self._declare(node.var, node.value)

    def _set(self, node: Set) -> None:
        if isinstance(node.value, Over) and isinstance(node.place, Var):
            if not node.value.name.startswith("sorted"):
                raise Unspeakable
            self._sort(renamed(node.place.name), node.place.type, node.value.name)
            return
        place, value = self._expr(node.place), self._expr(node.value)
        if node.place.type == "str":
            self._line(f"strcpy({place}, {value});")
        elif node.op in ("+=", "-=") and value == "1":
            self._line(f"{place}{node.op[0] * 2};")
        else:
            self._line(f"{place} {node.op} {value};")

    def _if(self, node: If) -> None:
        head = f"if ({self._expr(node.test)})"
        if not node.other:
            self._body(head, node.then)
            return
        self._line(f"{head} {{")
        self._block(node.then)
        other = node.other
        while len(other) == 1 and isinstance(other[0], If) and not hoists(other[0].test):
            self._line(f"}} else if ({self._expr(other[0].test)}) {{")
            self._block(other[0].then)
            other = other[0].other
        if other:
            self._line("} else {")
            self._block(other)
        self._line("}")

    def _while(self, node: While) -> None:
        if hoists(node.test):
            raise Unspeakable
        self._body(f"while ({self._expr(node.test)})", node.body)

    def _count(self, node: Count) -> None:
        name, first, last = renamed(node.var.name), self._expr(node.first), self._expr(node.last, 5)
        compare = (">" if node.down else "<") + ("=" if node.inclusive else "")
        sign = "-" if node.down else "+"
        step = f"{name}{sign * 2}" if node.step == 1 else f"{name} {sign}= {node.step}"
        self._indexes.append(name)
        self._body(f"for (long long {name} = {first}; {name} {compare} {last}; {step})", node.body)
        self._indexes.pop()

    def _each(self, node: Each) -> None:
        source = self._place(node.source)
        name = renamed(node.var.name)
        i = renamed(node.index.name) if node.index else self._index()
        self._indexes.append(i)
        end = f"{source}[{i}]" if node.source.type == "str" else f"{i} < {source}_n"
        item = {"str": f"const char *{name} = {source}[{i}];"}.get(
            node.var.type, f"{SPOKEN.get(node.var.type, '')} {name} = {source}[{i}];"
        )
        if node.var.type == "rows":
            item = f"struct row {name} = {source}[{i}];"
        self._body(f"for (long long {i} = 0; {end}; {i}++)", node.body, [item])
        self._indexes.pop()

    def _push(self, node: Push) -> None:
        name, value = renamed(node.list.name), self._expr(node.value)
        if node.list.type == "strs":
            self._line(f"strcpy({name}[{name}_n++], {value});")
        else:
            self._line(f"{name}[{name}_n++] = {value};")

    def _append(self, node: Append) -> None:
        name = renamed(node.text.name)
        layout, values = self._layout(node.parts)
        self._line(f"sprintf({', '.join([f'{name} + strlen({name})', quoted(layout), *values])});")

    def _tally(self, node: Tally) -> None:
        name, key, by = renamed(node.counts.name), self._expr(node.key), self._expr(node.by)
        if node.key.type == "char":
            self._line("char key[2] = {" + key + ", '\\0'};")
            key = "key"
        self._line("long long k = 0;")
        self._line(f"while (k < {name}_n && strcmp({name}_keys[k], {key}) != 0) k++;")
        self._line(f"if (k == {name}_n) {{")
        self._line(f"    strcpy({name}_keys[k], {key});")
        self._line(f"    {name}[k] = 0;")
        self._line(f"    {name}_n++;")
        self._line("}")
        self._line(f"{name}[k] += {by};")

    def _eachcount(self, node: EachCount) -> None:
        name, i = renamed(node.counts.name), self._index(keep=True)
        name = self._alias.get(name, name)
        before = [
            f"const char *{renamed(node.key.name)} = {name}_keys[{i}];",
            f"long long {renamed(node.count.name)} = {name}[{i}];",
        ]
        self._body(f"for (long long {i} = 0; {i} < {name}_n; {i}++)", node.body, before)
        self._indexes.pop()

    def _sortcounts(self, node: SortCounts) -> None:
        a = renamed(node.counts.name)
        self._alias[renamed(node.result.name)] = a
        keys = f"strcmp({a}_keys[j], {a}_keys[j + 1]) > 0"
        test = (
            keys
            if node.by == "key"
            else (f"{a}[j] < {a}[j + 1] || ({a}[j] == {a}[j + 1] && {keys})")
        )
        self._bubble(
            a,
            test,
            [
                f"long long t = {a}[j];",
                f"{a}[j] = {a}[j + 1];",
                f"{a}[j + 1] = t;",
                "char key[100];",
                f"strcpy(key, {a}_keys[j]);",
                f"strcpy({a}_keys[j], {a}_keys[j + 1]);",
                f"strcpy({a}_keys[j + 1], key);",
            ],
        )

    def _sortrows(self, node: SortRows) -> None:
        a = renamed(node.rows.name)

        def later(field: str, down: bool) -> str:
            field = renamed(field)
            left, right = f"{a}[j].{field}", f"{a}[j + 1].{field}"
            if field in self._text_fields():
                return f"strcmp({left}, {right}) {'<' if down else '>'} 0"
            return f"{left} {'<' if down else '>'} {right}"

        test = later(node.by, node.down)
        if node.then:
            by = renamed(node.by)
            same = f"{a}[j].{by} == {a}[j + 1].{by}"
            test += f" || ({same} && {later(node.then, False)})"
        swap = [f"struct row t = {a}[j];", f"{a}[j] = {a}[j + 1];", f"{a}[j + 1] = t;"]
        self._bubble(a, test, swap)

    def _print(self, node: Print) -> None:
        layout = ""
        values: list[str] = []
        for part in node.parts:
            if isinstance(part, Join):
                self._printf(layout, values)
                layout, values = "", []
                self._joined(part, "printf(", None)
            else:
                more, found = self._layout([part])
                layout += more
                values += found
        self._printf(layout + ("\n" if node.end else ""), values)

    def _return(self, node: Return) -> None:
        if node.value.type == "str":
            layout, values = self._layout([node.value])
            if values and layout == "%s":
                self._line(f"strcpy({self._out}, {values[0]});")
            elif values:
                self._line(f"sprintf({', '.join([self._out, quoted(layout), *values])});")
            else:
                self._line(f"strcpy({self._out}, {quoted(layout.replace('%%', '%'))});")
            if self._depth > 1:
                self._line("return;")
        else:
            self._line(f"return {self._expr(node.value)};")

    def _leave(self, node: Leave) -> None:
        self._line(f"{node.how};")
