"""Write a program in C: in one way only, which a small model can learn.

All whole numbers are `long long` and all others `double`. A text is a `char x[1000]`, a list is an
array `x` with its length `x_n`, counts are an array `x` beside `x_keys`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, is_dataclass

from genetic.translate.forge.ir import (
    ITEM,
    Append,
    Call,
    Count,
    Each,
    EachCount,
    Expr,
    Field,
    Function,
    If,
    Join,
    Lambda,
    Leave,
    Let,
    Lines,
    Lit,
    Op,
    Over,
    Print,
    Program,
    Push,
    Read,
    Return,
    Set,
    Shown,
    SortCounts,
    SortRows,
    Stmt,
    Tally,
    Type,
    Var,
    While,
)
from genetic.translate.forge.words import renamed

INCLUDES = "".join(
    f"#include <{name}.h>\n" for name in ("stdio", "stdlib", "string", "ctype", "math")
)
"""What every program begins with."""
SPOKEN: dict[str, str] = {"int": "long long", "num": "double", "bool": "int", "char": "char"}
FORMATS = {"int": "%lld", "num": "%.15g", "char": "%c", "str": "%s", "bool": "%s"}
SCANNED = {"int": "%lld", "num": "%lf", "str": "%99s"}
BINARY = {
    "or": ("||", 1),
    "and": ("&&", 2),
    "eq": ("==", 3),
    "ne": ("!=", 3),
    "lt": ("<", 4),
    "le": ("<=", 4),
    "gt": (">", 4),
    "ge": (">=", 4),
    "add": ("+", 5),
    "sub": ("-", 5),
    "mul": ("*", 6),
    "div": ("/", 6),
    "idiv": ("/", 6),
    "mod": ("%", 6),
}
"""Operators and how closely they bind; alike in both languages, but for equality and division."""
ATOM = 9
PATTERNS = {
    "abs": "llabs({0})",
    "fabs": "fabs({0})",
    "sqrt": "sqrt({0})",
    "floor": "(long long)floor({0})",
    "ceil": "(long long)ceil({0})",
    "round": "(long long)floor({0} + 0.5)",
    "pow": "pow({0}, {1})",
    "max": "({0} > {1} ? {0} : {1})",
    "min": "({0} < {1} ? {0} : {1})",
    "upper": "toupper({0})",
    "lower": "tolower({0})",
    "isdigit": "isdigit({0})",
    "isalpha": "isalpha({0})",
    "isupper": "isupper({0})",
    "islower": "islower({0})",
    "code": "{0}",
    "chr": "(char)({0})",
    "digit": "({0} - '0')",
    "at": "{0}[{1}]",
    "startswith": "strncmp({0}, {1}, strlen({1})) == 0",
    "contains": "strstr({0}, {1}) != NULL",
    "among": "strchr({1}, {0}) != NULL",
    "parse": "atoll({0})",
    "parsenum": "atof({0})",
    "sure": "{0}",
    "exact": "(double){0}",
    "cell": "{0}[{1}][{2}]",
}
COMPARISON = 3
NEWLINE = "\n"


class Unspeakable(Exception):
    """Something stands where C has no place for it; another program is made instead."""


class CWriter:
    """Writes one program."""

    def __init__(self, program: Program) -> None:
        self._written: list[str] = []
        self._depth = 0
        self._fresh = 0
        self._out = ""
        self._indexes: list[str] = []
        self._taken: set[str] = set()
        self._alias: dict[str, str] = {}
        self._functions = {each.name: each for each in program.functions}
        self._program = program

    def text(self) -> str:
        """Return the program."""
        for each in self._row_types():
            self._line(each)
        for function in self._program.functions:
            self._taken = {renamed(each.name) for each in function.params} | declared(function.body)
            self._function(function)
        self._taken, self._fresh = declared(self._program.body), 0
        self._line("int main(void) {")
        self._block(self._program.body)
        self._line("    return 0;")
        self._line("}")
        return INCLUDES + "\n" + "\n".join(self._written) + "\n"

    def _row_types(self) -> list[str]:
        for statement in self._program.body:
            if isinstance(statement, Read) and statement.how == "rows":
                declared = " ".join(
                    f"char {renamed(v.name)}[100];"
                    if v.type == "str"
                    else f"{SPOKEN[v.type]} {renamed(v.name)};"
                    for v in statement.vars[1:]
                )
                return [f"struct row {{ {declared} }};", ""]
        return []

    def _function(self, function: Function) -> None:
        params = [self._param(each) for each in function.params]
        body = function.body
        self._out = "out"
        if function.type == "str":
            last = body[-1].value if isinstance(body[-1], Return) else None
            if isinstance(last, Var):  # what is returned is written where it shall be
                self._out = renamed(last.name)
                body = body[:-1]
            params.append(f"char *{self._out}")
        result = "void" if function.type == "str" else SPOKEN[function.type]
        self._line(f"{result} {renamed(function.name)}({', '.join(params)}) {{")
        self._block(body)
        self._out = ""
        self._line("}")
        self._line("")

    def _param(self, var: Var) -> str:
        name = renamed(var.name)
        if var.type == "str":
            return f"const char *{name}"
        if var.type in ITEM:
            return f"{SPOKEN[ITEM[var.type]]} {name}[], long long {name}_n"
        return f"{SPOKEN[var.type]} {name}"

    # statements

    def _block(self, body: Sequence[Stmt]) -> None:
        self._depth += 1
        for statement in body:
            self._statement(statement)
        self._depth -= 1

    def _line(self, text: str) -> None:
        self._written.append("    " * self._depth + text if text else "")

    def _statement(self, node: Stmt) -> None:
        getattr(self, f"_{type(node).__name__.lower()}")(node)

    def _body(
        self, head: str, body: Sequence[Stmt], before: Sequence[str] = (), tail: str = ""
    ) -> None:
        """Write a head with its body, in braces."""
        self._line(f"{head} {{")
        self._depth += 1
        for each in before:
            self._line(each)
        self._depth -= 1
        self._block(body)
        self._line("}" + tail)

    def _let(self, node: Let) -> None:
        self._declare(node.var, node.value)

    def _declare(self, var: Var, value: Expr) -> None:
        name = renamed(var.name)
        if isinstance(value, Over) and var.type not in ("str",):
            self._over(name, var.type, value)
        elif var.type == "str":
            self._text(name, value)
        elif var.type in ITEM or var.type == "counts":
            self._list(name, var.type)
        else:
            text = self._expr(value)
            self._line(f"{SPOKEN[var.type]} {name} = {text};")

    def _list(self, name: str, kind: Type) -> None:
        if kind == "counts":
            self._line(f"static char {name}_keys[1000][100];")
            self._line(f"long long {name}[1000], {name}_n = 0;")
        elif kind == "strs":
            self._line(f"static char {name}[1000][100];")
            self._line(f"long long {name}_n = 0;")
        else:
            self._line(f"{SPOKEN[ITEM[kind]]} {name}[1000];")
            self._line(f"long long {name}_n = 0;")

    def _text(self, name: str, value: Expr) -> None:
        """Write a new text and what is in it."""
        if name == self._out and not isinstance(value, Lit):
            name = self._temporary()
            self._text(name, value)
            self._line(f"strcpy({self._out}, {name});")
        elif isinstance(value, Lit):
            if name == self._out:
                self._line(f"strcpy({name}, {_quoted(value.value)});")
            else:
                self._line(f"char {name}[1000] = {_quoted(value.value)};")
        elif isinstance(value, Over):
            self._over_text(name, value)
        elif isinstance(value, Join):
            self._line(f'char {name}[1000] = "";')
            self._joined(value, f"sprintf({name} + strlen({name}), ", f"{name}[0]")
        elif isinstance(value, Op) and value.name in ("uppercase", "lowercase"):
            self._line(f"char {name}[1000];")
            self._line(f"strcpy({name}, {self._expr(value.args[0])});")
            i = self._index()
            change = "toupper" if value.name == "uppercase" else "tolower"
            self._line(
                f"for (long long {i} = 0; {name}[{i}]; {i}++) {name}[{i}] = {change}({name}[{i}]);"
            )
        elif isinstance(value, Op) and value.name == "reversed":
            source = self._expr(value.args[0])
            i = self._index()
            self._line(f'char {name}[1000] = "";')
            self._line(
                f"for (long long {i} = strlen({source}) - 1; {i} >= 0; {i}--) "
                f'sprintf({name} + strlen({name}), "%c", {source}[{i}]);'
            )
        elif isinstance(value, Op) and value.name == "repeat":
            text, times = (self._expr(each) for each in value.args)
            i = self._index()
            self._line(f'char {name}[1000] = "";')
            self._line(f"for (long long {i} = 0; {i} < {times}; {i}++) strcat({name}, {text});")
        elif isinstance(value, Op) and value.name == "substring":
            text, start, end = (self._expr(each) for each in value.args)
            i = self._index()
            self._line(f'char {name}[1000] = "";')
            self._line(
                f"for (long long {i} = {start}; {i} < {end}; {i}++) "
                f'sprintf({name} + strlen({name}), "%c", {text}[{i}]);'
            )
        elif isinstance(value, Op) and value.name == "concat":
            layout, values = self._layout(value.args)
            self._line(f"char {name}[1000];")
            self._line(f"sprintf({', '.join([name, _layout_quoted(layout), *values])});")
        elif isinstance(value, Call):
            values = self._arguments(value)
            self._line(f"char {name}[1000];")
            self._line(f"{renamed(value.name)}({', '.join([*values, name])});")
        else:
            text = self._expr(value)
            self._line(f"char {name}[1000];")
            self._line(f"strcpy({name}, {text});")

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
        while len(other) == 1 and isinstance(other[0], If) and not _hoists(other[0].test):
            self._line(f"}} else if ({self._expr(other[0].test)}) {{")
            self._block(other[0].then)
            other = other[0].other
        if other:
            self._line("} else {")
            self._block(other)
        self._line("}")

    def _while(self, node: While) -> None:
        if _hoists(node.test):
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
        self._line(
            f"sprintf({', '.join([f'{name} + strlen({name})', _layout_quoted(layout), *values])});"
        )

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

    def _text_fields(self) -> set[str]:
        return {
            renamed(var.name)
            for statement in self._program.body
            if isinstance(statement, Read) and statement.how == "rows"
            for var in statement.vars[1:]
            if var.type == "str"
        }

    def _bubble(self, name: str, test: str, swap: Sequence[str]) -> None:
        self._line(f"for (long long i = 0; i < {name}_n; i++) {{")
        self._line(f"    for (long long j = 0; j + 1 < {name}_n; j++) {{")
        self._line(f"        if ({test}) {{")
        for each in swap:
            self._line(f"            {each}")
        for depth in (2, 1, 0):
            self._line("    " * depth + "}")

    def _sort(self, name: str, kind: Type, how: str) -> None:
        down = how == "sorted_down"
        if kind == "strs":
            test = f"strcmp({name}[j], {name}[j + 1]) {'<' if down else '>'} 0"
            if how == "sorted_length":
                test = f"strlen({name}[j]) > strlen({name}[j + 1])"
            swap = [
                "char t[100];",
                f"strcpy(t, {name}[j]);",
                f"strcpy({name}[j], {name}[j + 1]);",
                f"strcpy({name}[j + 1], t);",
            ]
        else:
            test = f"{name}[j] {'<' if down else '>'} {name}[j + 1]"
            swap = [
                f"{SPOKEN[ITEM[kind]]} t = {name}[j];",
                f"{name}[j] = {name}[j + 1];",
                f"{name}[j + 1] = t;",
            ]
        self._bubble(name, test, swap)

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

    def _printf(self, layout: str, values: Sequence[str]) -> None:
        if layout:
            self._line(f"printf({', '.join([_layout_quoted(layout), *values])});")

    def _joined(self, join: Join, call: str, begun: str | None) -> None:
        """Write the items of a list, with a text between them."""
        source = self._place(join.source)
        i = self._index()
        item = Var(f"{source}[{i}]", ITEM[join.source.type])
        body: Expr = item if join.each is None else _put(join.each, item)
        layout, values = self._layout([body])
        first = [f'{begun or i} ? {_quoted(join.between)} : ""'] if join.between else []
        layout = ("%s" if join.between else "") + layout
        end = f"{source}[{i}]" if join.source.type == "str" else f"{i} < {source}_n"
        self._line(
            f"for (long long {i} = 0; {end}; {i}++) "
            f"{call}{', '.join([_layout_quoted(layout), *first, *values])});"
        )

    def _return(self, node: Return) -> None:
        if node.value.type == "str":
            layout, values = self._layout([node.value])
            if values and layout == "%s":
                self._line(f"strcpy({self._out}, {values[0]});")
            elif values:
                self._line(f"sprintf({', '.join([self._out, _layout_quoted(layout), *values])});")
            else:
                self._line(f"strcpy({self._out}, {_quoted(layout.replace('%%', '%'))});")
            if self._depth > 1:
                self._line("return;")
        else:
            self._line(f"return {self._expr(node.value)};")

    def _leave(self, node: Leave) -> None:
        self._line(f"{node.how};")

    # reading

    def _read(self, node: Read) -> None:
        names = [renamed(var.name) for var in node.vars]
        first = node.vars[0]
        if node.how in ("line", "each"):
            for var, name in zip(node.vars, names, strict=True):
                self._line(
                    f"char {name}[1000];" if var.type == "str" else f"{SPOKEN[var.type]} {name};"
                )
            between = " " if node.how == "each" or node.by == " " else node.by
            layout = between.join(SCANNED[var.type] for var in node.vars)
            places = [
                name if v.type == "str" else f"&{name}"
                for v, name in zip(node.vars, names, strict=True)
            ]
            self._line(f"scanf({', '.join([_quoted(layout), *places])});")
        elif node.how == "first":
            self._line(f'char {names[0]}[1000] = "";')
            self._line(f'scanf(" %999[^\\n]", {names[0]});')
        elif node.how == "text":
            self._line(f"static char {names[0]}[100000];")
            self._line(f"fread({names[0]}, 1, 99999, stdin);")
            if node.by == "trim":
                raise Unspeakable
        elif node.how == "grid":
            self._grid(names[0])
        elif node.how == "rows":
            self._rows(node)
        else:
            self._values(node.how, first, names, node.by)

    def _values(self, how: str, first: Var, names: list[str], by: str) -> None:
        """Write how a list of values is read."""
        name, kind = names[0], ITEM[first.type]
        if len(names) > 1:  # its length was read before
            counted = names[1]
            self._line(f"long long {counted};")
            self._line(f'scanf("%lld", &{counted});')
        self._list(name, first.type)
        if how == "list":
            line = f"{name}_line"
            self._line(f'char {line}[1000] = "";')
            self._line(f'scanf(" %999[^\\n]", {line});')
            self._line(
                f"{_tokens_of(line, by)} "
                + (
                    f"strcpy({name}[{name}_n++], p);"
                    if kind == "str"
                    else f"{name}[{name}_n++] = {'atoll' if kind == 'int' else 'atof'}(p);"
                )
            )
            return
        i = "i"
        if kind == "str":
            place = f"{name}[{name}_n]"
            scan = f'scanf("%99s", {place}) == 1'
            if how == "all":
                self._line(f"while ({scan}) {name}_n++;")
            else:
                self._line(
                    f"for (long long {i} = 0; {i} < {counted}; {i}++) "
                    f'scanf("%99s", {name}[{name}_n++]);'
                )
        elif how == "all":
            self._line(f'while (scanf("{SCANNED[kind]}", &{name}[{name}_n]) == 1) {name}_n++;')
        else:
            self._line(
                f"for (long long {i} = 0; {i} < {counted}; {i}++) "
                f'scanf("{SCANNED[kind]}", &{name}[{name}_n++]);'
            )

    def _grid(self, name: str) -> None:
        self._line(f"long long {name}[100][100], {name}_n = 0, {name}_m = 0;")
        self._line("char line[1000];")
        self._line("while (fgets(line, 1000, stdin)) {")
        self._line(f"    {name}_m = 0;")
        self._line(
            f"    {_tokens_of('line', ' ' + NEWLINE)} {name}[{name}_n][{name}_m++] = atoll(p);"
        )
        self._line(f"    if ({name}_m > 0) {name}_n++;")
        self._line("}")

    def _rows(self, node: Read) -> None:
        name = renamed(node.vars[0].name)
        self._line(f"static struct row {name}[1000];")
        self._line(f"long long {name}_n = 0;")
        places, layout = [], []
        for var in node.vars[1:]:
            place = f"{name}[{name}_n].{renamed(var.name)}"
            places.append(place if var.type == "str" else f"&{place}")
            scanned = (
                f"%99[^{node.by}\\n]" if var.type == "str" and node.by != " " else SCANNED[var.type]
            )
            layout.append(scanned)
        text = (" " + node.by.join(layout)) if node.by != " " else " ".join(layout)
        self._line(f'while (scanf("{text}", {", ".join(places)}) == {len(places)}) {name}_n++;')

    def _lines(self, node: Lines) -> None:
        names = [renamed(var.name) for var in node.vars]
        if len(names) == 1 and node.vars[0].type == "str" and not node.by:
            self._line(f"char {names[0]}[1000];")
            self._body(
                f"while (fgets({names[0]}, 1000, stdin))",
                node.body,
                [f"{names[0]}[strcspn({names[0]}, \"\\n\")] = '\\0';"],
            )
            return
        for var, name in zip(node.vars, names, strict=True):
            self._line(f"char {name}[100];" if var.type == "str" else f"{SPOKEN[var.type]} {name};")
        places = [n if v.type == "str" else f"&{n}" for v, n in zip(node.vars, names, strict=True)]
        layout = [
            f"%99[^{node.by}\\n]"
            if var.type == "str" and node.by not in ("", " ")
            else SCANNED[var.type]
            for var in node.vars
        ]
        text = (" " + node.by.join(layout)) if node.by not in ("", " ") else " ".join(layout)
        self._body(f'while (scanf("{text}", {", ".join(places)}) == {len(places)})', node.body)

    # operations on lists

    def _over(self, name: str, kind: Type, over: Over) -> None:
        how = over.name
        if how.startswith("sorted") and kind in ITEM:
            self._copied(name, kind, over.source)
            self._sort(name, kind, how)
            return
        if how == "split":
            return self._split(name, over)
        source = self._place(over.source)
        i = self._index(keep=True)
        try:
            self._gathered(name, kind, over, source, i)
        finally:
            self._indexes.pop()

    def _copied(self, name: str, kind: Type, source: Expr) -> None:
        place = self._place(source)
        self._list(name, kind)
        copy = (
            f"strcpy({name}[{name}_n++], {place}[i]);"
            if kind == "strs"
            else f"{name}[{name}_n++] = {place}[i];"
        )
        self._line(f"for (long long i = 0; i < {place}_n; i++) {copy}")

    def _split(self, name: str, over: Over) -> None:
        text = self._expr(over.source)
        assert over.each is not None
        assert isinstance(over.each.body, Lit)
        by = _quoted(over.each.body.value)
        kind = ITEM[over.type]
        self._list(name, over.type)
        rest = f"{name}_rest"
        self._line(f"char {rest}[1000];")
        self._line(f"strcpy({rest}, {text});")
        take = (
            f"strcpy({name}[{name}_n++], p);"
            if kind == "str"
            else (f"{name}[{name}_n++] = {'atoll' if kind == 'int' else 'atof'}(p);")
        )
        self._line(f"for (char *p = strtok({rest}, {by}); p; p = strtok(NULL, {by})) {take}")

    def _gathered(self, name: str, kind: Type, over: Over, source: str, i: str) -> None:
        item = Var(f"{source}[{i}]", ITEM[over.source.type])
        end = f"{source}[{i}]" if over.source.type == "str" else f"{i} < {source}_n"
        loop = f"for (long long {i} = 0; {end}; {i}++)"
        how = over.name
        each: Expr = item if over.each is None else _put(over.each, item)
        if _hoists(each):
            raise Unspeakable
        spoken = SPOKEN.get(kind, "")
        if how in ("map", "filter", "unique", "reversed", "slice"):
            self._list(name, kind)
            target, value = f"{name}[{name}_n++]", item if how != "map" else each
            written = self._expr(value)
            take = f"strcpy({target}, {written});" if kind == "strs" else f"{target} = {written};"
            if how == "map":
                self._line(f"{loop} {take}")
            elif how == "filter":
                self._line(f"{loop} if ({self._expr(each)}) {take}")
            elif how == "reversed":
                self._line(f"for (long long {i} = {source}_n - 1; {i} >= 0; {i}--) {take}")
            elif how == "slice":
                self._line(
                    f"for (long long {i} = 0; {i} < {source}_n && {i} < {self._expr(each)}; {i}++) "
                    f"{take}"
                )
            else:
                same = (
                    f"strcmp({name}[j], {written}) != 0"
                    if kind == "strs"
                    else f"{name}[j] != {written}"
                )
                self._line(f"{loop} {{")
                self._line("    long long j = 0;")
                self._line(f"    while (j < {name}_n && {same}) j++;")
                self._line(f"    if (j == {name}_n) {take}")
                self._line("}")
        elif how in ("sum", "product"):
            start, sign = ("0", "+") if how == "sum" else ("1", "*")
            self._line(f"{spoken} {name} = {start};")
            self._line(f"{loop} {name} {sign}= {self._expr(each)};")
        elif how in ("largest", "smallest"):
            sign = ">" if how == "largest" else "<"
            written = self._expr(each)
            self._line(f"{spoken} {name} = {written.replace(f'[{i}]', '[0]')};")
            self._line(
                f"for (long long {i} = 1; {i} < {source}_n; {i}++) "
                f"if ({written} {sign} {name}) {name} = {written};"
            )
        elif how == "count":
            self._line(f"long long {name} = 0;")
            self._line(f"{loop} if ({self._expr(each)}) {name}++;")
        elif how in ("any", "all"):
            test = self._expr(each) if how == "any" else f"!({self._expr(each)})"
            self._line(f"int {name} = {int(how == 'all')};")
            self._line(f"{loop} if ({test}) {name} = {int(how == 'any')};")
        elif how == "where":
            self._line(f"long long {name} = -1;")
            self._line(f"{loop} if ({name} < 0 && {self._expr(each, 2)}) {name} = {i};")
        else:
            raise Unspeakable

    def _over_text(self, name: str, over: Over) -> None:
        """Write a text made of another's characters, or the longest of some texts."""
        source = self._place(over.source)
        i = self._index()
        item = Var(f"{source}[{i}]", ITEM[over.source.type])
        if over.name in ("longest", "shortest"):
            sign = ">" if over.name == "longest" else "<"
            self._line(f"char {name}[1000];")
            self._line(f"strcpy({name}, {source}[0]);")
            self._line(
                f"for (long long {i} = 1; {i} < {source}_n; {i}++) "
                f"if (strlen({item.name}) {sign} strlen({name})) strcpy({name}, {item.name});"
            )
            return
        assert over.each is not None
        each = _put(over.each, item)
        if _hoists(each):
            raise Unspeakable
        test = f"if ({self._expr(each)}) " if over.name == "filter" else ""
        layout, values = self._layout([item if over.name == "filter" else each])
        self._line(f'char {name}[1000] = "";')
        self._line(
            f"for (long long {i} = 0; {source}[{i}]; {i}++) {test}"
            f"sprintf({', '.join([f'{name} + strlen({name})', _layout_quoted(layout), *values])});"
        )

    # expressions

    def _layout(self, parts: Sequence[Expr]) -> tuple[str, list[str]]:
        """Return the format of some values one behind the other, and the values."""
        layout, values = "", []
        for part in parts:
            if isinstance(part, Lit) and part.type in ("str", "char"):
                layout += part.value.replace("%", "%%")
            elif isinstance(part, Op) and part.name == "concat":
                more, found = self._layout(part.args)
                layout += more
                values += found
            elif isinstance(part, Shown):
                more, value = self._shown(part)
                layout += more
                values.append(value)
            else:
                layout += FORMATS[part.type]
                text = self._expr(part, 2 if part.type == "bool" else 0)
                values.append(f'{text} ? "true" : "false"' if part.type == "bool" else text)
        return layout, values

    def _shown(self, part: Shown) -> tuple[str, str]:
        kind = part.value.type
        value = self._expr(part.value)
        if part.decimals is not None:
            return (
                f"%.{part.decimals}f",
                value if kind == "num" else f"(double){self._expr(part.value, 8)}",
            )
        zero = "0" if part.fill == "0" else ""
        return "%" + ("-" if part.left else zero) + str(part.width) + FORMATS[kind][1:], value

    def _place(self, value: Expr) -> str:
        """Return the name of a list or text, which gets one if it has none."""
        if isinstance(value, (Var, Field)):
            return self._expr(value)
        if value.type == "str" and isinstance(value, Op) and value.name == "at":
            return self._expr(value)
        name = self._temporary()
        self._declare(Var(name, value.type), value)
        return name

    def _temporary(self) -> str:
        self._fresh += 1
        return f"t{self._fresh}"

    def _index(self, keep: bool = False) -> str:
        """Return a name for a loop's index that is free here."""
        for name in ("i", "j", "k", "m", "o"):
            if name not in self._indexes and name not in self._taken:
                if keep:
                    self._indexes.append(name)
                return name
        raise Unspeakable

    def _arguments(self, call: Call) -> list[str]:
        values = []
        for each in call.args:
            if each.type in ITEM and each.type != "str":
                place = self._place(each)
                values += [place, f"{place}_n"]
            else:
                values.append(self._expr(each))
        return values

    def _expr(self, node: Expr, binds: int = 0) -> str:
        """Return an expression, in brackets where what is around it binds closer."""
        text, own = self._bare(node)
        return f"({text})" if own < binds else text

    def _bare(self, node: Expr) -> tuple[str, int]:
        if isinstance(node, Lit):
            return _literal(node), 8 if isinstance(
                node.value, (int, float)
            ) and node.value < 0 else ATOM
        if isinstance(node, Var):
            return renamed(node.name), ATOM
        if isinstance(node, Field):
            return f"{self._expr(node.row)}.{renamed(node.name)}", ATOM
        if isinstance(node, Call):
            if node.type == "str":
                return self._hoisted(node), ATOM
            return f"{renamed(node.name)}({', '.join(self._arguments(node))})", ATOM
        if isinstance(node, Over):
            return self._hoisted(node), ATOM
        if isinstance(node, Op):
            return self._op(node)
        raise Unspeakable

    def _hoisted(self, node: Expr) -> str:
        name = self._temporary()
        self._declare(Var(name, node.type), node)
        return name

    def _op(self, node: Op) -> tuple[str, int]:
        name, args = node.name, node.args
        if name == "len":
            if args[0].type == "str":
                return f"(long long)strlen({self._expr(args[0])})", 8
            return f"{self._place(args[0])}_n", ATOM
        if name in ("height", "breadth"):
            return f"{self._expr(args[0])}_{'n' if name == 'height' else 'm'}", ATOM
        if name in ("uppercase", "lowercase", "reversed", "repeat", "concat", "substring"):
            return self._hoisted(node), ATOM
        if name == "cond":
            test, yes, no = args
            return f"{self._expr(test, 1)} ? {self._expr(yes, 1)} : {self._expr(no, 1)}", 0
        if name == "not":
            return f"!{self._expr(args[0], 8)}", 8
        if name == "neg":
            return f"-{self._expr(args[0], 8)}", 8
        if name in ("eq", "ne") and args[0].type == "str":
            left, right = (self._expr(each) for each in args)
            return f"strcmp({left}, {right}) {BINARY[name][0]} 0", COMPARISON
        if name in BINARY:
            sign, own = BINARY[name]
            left = self._expr(args[0], own)
            right = self._expr(args[1], own + 1)
            if name == "div":
                left = left if args[0].type == "num" else f"(double){self._expr(args[0], 8)}"
            if name == "or":
                left, right = (
                    f"({text})" if isinstance(arg, Op) and arg.name == "and" else text
                    for text, arg in zip((left, right), args, strict=True)
                )
            return f"{left} {sign} {right}", own
        texts = [
            self._expr(each, 7 if name in ("max", "min", "digit", "exact") else 0) for each in args
        ]
        text = PATTERNS[name].format(*texts)
        if name in ("code", "sure"):
            return texts[0], self._bare(args[0])[1]
        if name in ("contains", "among"):
            return text, COMPARISON
        if name == "startswith":
            return text, COMPARISON
        if name in ("floor", "ceil", "round", "chr", "exact"):
            return text, 8
        return text, ATOM


def _put(each: Lambda, item: Var) -> Expr:
    """Return the body of a lambda with something else in place of its variable."""
    return _replaced(each.body, each.item.name, item)


def _replaced(node: Expr, name: str, item: Var) -> Expr:
    if isinstance(node, Var):
        return item if node.name == name else node
    if isinstance(node, (Op, Call)):
        return type(node)(
            node.name, tuple(_replaced(each, name, item) for each in node.args), node.type
        )
    if isinstance(node, Field):
        return Field(_replaced(node.row, name, item), node.name, node.type)
    if isinstance(node, Shown):
        return Shown(
            _replaced(node.value, name, item), node.decimals, node.width, node.left, node.fill
        )
    return node


def _hoists(node: Expr) -> bool:
    """Tell whether an expression takes statements before it."""
    if isinstance(node, (Over, Join)) or (isinstance(node, Call) and node.type == "str"):
        return True
    if isinstance(node, Op):
        if node.name in ("uppercase", "lowercase", "reversed", "repeat", "concat", "substring"):
            return True
        return any(map(_hoists, node.args))
    if isinstance(node, Call):
        return any(map(_hoists, node.args))
    if isinstance(node, Shown):
        return _hoists(node.value)
    return False


def _tokens_of(line: str, by: str) -> str:
    """Return the head of a loop over the parts of a text."""
    marks = _quoted(by)
    return f"for (char *p = strtok({line}, {marks}); p; p = strtok(NULL, {marks}))"


def _literal(node: Lit) -> str:
    if node.type == "str":
        return _quoted(node.value)
    if node.type == "char":
        return {"\n": "'\\n'", "'": "'\\''", "\\": "'\\\\'"}.get(node.value, f"'{node.value}'")
    if node.type == "bool":
        return str(int(node.value))
    return str(node.value)


def _quoted(text: str) -> str:
    escaped = (
        text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    )
    return f'"{escaped}"'


def _layout_quoted(layout: str) -> str:
    return _quoted(layout)


def declared(node: object) -> set[str]:
    """Return the names that a part of a program declares, but for those in heads of loops."""
    if isinstance(node, tuple):
        return set().union(*map(declared, node))
    if not is_dataclass(node):
        return set()
    own = {renamed(node.var.name)} if isinstance(node, Let) else set()
    if isinstance(node, (Read, Lines)):
        own = {renamed(each.name) for each in node.vars}
    return own.union(*(declared(getattr(node, each.name)) for each in fields(node)))


def names_in(node: object) -> set[str]:
    """Return the names of all variables in a program, or a part of it."""
    found: set[str] = set()

    def walk(node: object) -> None:
        if isinstance(node, Var):
            found.add(node.name)
        elif isinstance(node, tuple):
            for each in node:
                walk(each)
        elif hasattr(node, "__dataclass_fields__"):
            for name in node.__dataclass_fields__:
                walk(getattr(node, name))

    walk(node)
    return found
