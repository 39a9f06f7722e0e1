"""Variables of C and how their values are made: texts and lists take loops."""

from __future__ import annotations

from collections.abc import Sequence

from genetic.translate.forge.c.expressions import (
    HOISTED,
    SPOKEN,
    Expressions,
    hoists,
    put,
    quoted,
)
from genetic.translate.forge.ir import (
    ITEM,
    Call,
    Expr,
    Join,
    Lit,
    Op,
    Over,
    Read,
    Type,
    Var,
)
from genetic.translate.forge.shared import Unspeakable
from genetic.translate.forge.words import renamed


class Values(Expressions):
    """Declares variables, and fills texts and lists."""

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
        match value:
            case Lit() if name == self._out:
                self._line(f"strcpy({name}, {quoted(value.value)});")
            case Lit():
                self._line(f"char {name}[1000] = {quoted(value.value)};")
            case _ if name == self._out:
                name = self._temporary()
                self._text(name, value)
                self._line(f"strcpy({self._out}, {name});")
            case Over():
                self._over_text(name, value)
            case Join():
                self._line(f'char {name}[1000] = "";')
                self._joined(value, f"sprintf({name} + strlen({name}), ", f"{name}[0]")
            case Op(name=how, args=args) if how in HOISTED:
                self._made_text(name, how, args)
            case Call():
                values = self._arguments(value)
                self._line(f"char {name}[1000];")
                self._line(f"{renamed(value.name)}({', '.join([*values, name])});")
            case _:
                text = self._expr(value)
                self._line(f"char {name}[1000];")
                self._line(f"strcpy({name}, {text});")

    def _made_text(self, name: str, how: str, args: Sequence[Expr]) -> None:
        """Write a text that an operation makes of others."""
        if how == "concat":
            layout, values = self._layout(args)
            self._line(f"char {name}[1000];")
            self._line(f"sprintf({', '.join([name, quoted(layout), *values])});")
        elif how in ("uppercase", "lowercase"):
            self._line(f"char {name}[1000];")
            self._line(f"strcpy({name}, {self._expr(args[0])});")
            i, change = self._index(), "toupper" if how == "uppercase" else "tolower"
            self._line(
                f"for (long long {i} = 0; {name}[{i}]; {i}++) {name}[{i}] = {change}({name}[{i}]);"
            )
        else:
            self._looped_text(name, how, [self._expr(each) for each in args])

    def _looped_text(self, name: str, how: str, args: Sequence[str]) -> None:
        """Write a text to which a loop adds what it is made of."""
        i = self._index()
        text, *numbers = args
        added = f'sprintf({name} + strlen({name}), "%c", {text}[{i}]);'
        if how == "reversed":
            head = f"{i} = strlen({text}) - 1; {i} >= 0; {i}--"
        elif how == "substring":
            head = f"{i} = {numbers[0]}; {i} < {numbers[1]}; {i}++"
        else:
            head, added = f"{i} = 0; {i} < {numbers[0]}; {i}++", f"strcat({name}, {text});"
        self._line(f'char {name}[1000] = "";')
        self._line(f"for (long long {head}) {added}")

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
        self._line(f"for (long long i = 0; i < {place}_n; i++) {_taken(name, kind, f'{place}[i]')}")

    def _split(self, name: str, over: Over) -> None:
        text = self._expr(over.source)
        assert over.each is not None
        assert isinstance(over.each.body, Lit)
        by = quoted(over.each.body.value)
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
        """Write the loop over some items that makes a list or a value of them."""
        item = Var(f"{source}[{i}]", ITEM[over.source.type])
        end = item.name if over.source.type == "str" else f"{i} < {source}_n"
        loop = f"for (long long {i} = 0; {end}; {i}++)"
        each: Expr = item if over.each is None else put(over.each, item)
        if hoists(each):
            raise Unspeakable
        made = self._expr(each)
        match over.name:
            case "map":
                self._list(name, kind)
                self._line(f"{loop} {_taken(name, kind, made)}")
            case "filter":
                self._list(name, kind)
                self._line(f"{loop} if ({made}) {_taken(name, kind, item.name)}")
            case "reversed":
                self._list(name, kind)
                back = f"for (long long {i} = {source}_n - 1; {i} >= 0; {i}--)"
                self._line(f"{back} {_taken(name, kind, item.name)}")
            case "slice":
                self._list(name, kind)
                first = f"for (long long {i} = 0; {i} < {source}_n && {i} < {made}; {i}++)"
                self._line(f"{first} {_taken(name, kind, item.name)}")
            case "unique":
                self._unique(name, kind, loop, item.name)
            case "sum" | "product" as how:
                start, sign = ("0", "+") if how == "sum" else ("1", "*")
                self._line(f"{SPOKEN[kind]} {name} = {start};")
                self._line(f"{loop} {name} {sign}= {made};")
            case "largest" | "smallest" as how:
                better = f"{made} {'>' if how == 'largest' else '<'} {name}"
                others = f"for (long long {i} = 1; {i} < {source}_n; {i}++)"
                self._line(f"{SPOKEN[kind]} {name} = {made.replace(f'[{i}]', '[0]')};")
                self._line(f"{others} if ({better}) {name} = {made};")
            case "count":
                self._line(f"long long {name} = 0;")
                self._line(f"{loop} if ({made}) {name}++;")
            case "any" | "all" as how:
                test = made if how == "any" else f"!({made})"
                self._line(f"int {name} = {int(how == 'all')};")
                self._line(f"{loop} if ({test}) {name} = {int(how == 'any')};")
            case "where":
                self._line(f"long long {name} = -1;")
                self._line(f"{loop} if ({name} < 0 && {self._expr(each, 2)}) {name} = {i};")
            case _:
                raise Unspeakable

    def _unique(self, name: str, kind: Type, loop: str, item: str) -> None:
        self._list(name, kind)
        other = f"strcmp({name}[j], {item}) != 0" if kind == "strs" else f"{name}[j] != {item}"
        self._line(f"{loop} {{")
        self._line("    long long j = 0;")
        self._line(f"    while (j < {name}_n && {other}) j++;")
        self._line(f"    if (j == {name}_n) {_taken(name, kind, item)}")
        self._line("}")

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
        each = put(over.each, item)
        if hoists(each):
            raise Unspeakable
        test = f"if ({self._expr(each)}) " if over.name == "filter" else ""
        layout, values = self._layout([item if over.name == "filter" else each])
        self._line(f'char {name}[1000] = "";')
        self._line(
            f"for (long long {i} = 0; {source}[{i}]; {i}++) {test}"
            f"sprintf({', '.join([f'{name} + strlen({name})', quoted(layout), *values])});"
        )

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

    def _text_fields(self) -> set[str]:
        return {
            renamed(var.name)
            for statement in self._program.body
            if isinstance(statement, Read) and statement.how == "rows"
            for var in statement.vars[1:]
            if var.type == "str"
        }

    def _printf(self, layout: str, values: Sequence[str]) -> None:
        if layout:
            self._line(f"printf({', '.join([quoted(layout), *values])});")

    def _joined(self, join: Join, call: str, begun: str | None) -> None:
        """Write the items of a list, with a text between them."""
        source = self._place(join.source)
        i = self._index()
        item = Var(f"{source}[{i}]", ITEM[join.source.type])
        body: Expr = item if join.each is None else put(join.each, item)
        layout, values = self._layout([body])
        first = [f'{begun or i} ? {quoted(join.between)} : ""'] if join.between else []
        layout = ("%s" if join.between else "") + layout
        end = f"{source}[{i}]" if join.source.type == "str" else f"{i} < {source}_n"
        self._line(
            f"for (long long {i} = 0; {end}; {i}++) "
            f"{call}{', '.join([quoted(layout), *first, *values])});"
        )


def _taken(name: str, kind: Type, item: str) -> str:
    """Return what adds an item to a list."""
    place = f"{name}[{name}_n++]"
    return f"strcpy({place}, {item});" if kind == "strs" else f"{place} = {item};"
