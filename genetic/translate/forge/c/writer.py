"""Write a program in C: in one way only, which a small model can learn.

All whole numbers are `long long` and all others `double`. A text is a `char x[1000]`, a list is an
array `x` with its length `x_n`, counts are an array `x` beside `x_keys`.
"""

from __future__ import annotations

from genetic.translate.forge.c.expressions import (
    INCLUDES,
    SPOKEN,
)
from genetic.translate.forge.c.reading import Reading
from genetic.translate.forge.ir import (
    ITEM,
    Function,
    Read,
    Return,
    Var,
)
from genetic.translate.forge.shared import declared
from genetic.translate.forge.words import renamed


class CWriter(Reading):
    """Writes one program."""

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
