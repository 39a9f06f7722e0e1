"""How C reads standard input."""

from __future__ import annotations

from genetic.translate.forge.c.expressions import (
    NEWLINE,
    SCANNED,
    SPOKEN,
    quoted,
    tokens_of,
)
from genetic.translate.forge.c.statements import Statements
from genetic.translate.forge.ir import (
    ITEM,
    Lines,
    Read,
    Var,
)
from genetic.translate.forge.shared import Unspeakable
from genetic.translate.forge.words import renamed


class Reading(Statements):
    """Writes what reads values, rows and lines."""

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
            self._line(f"scanf({', '.join([quoted(layout), *places])});")
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
                f"{tokens_of(line, by)} "
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
            f"    {tokens_of('line', ' ' + NEWLINE)} {name}[{name}_n][{name}_m++] = atoll(p);"
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
