"""Write a program in JavaScript, in one of the many ways in which people write it."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from genetic.translate.forge.c import BINARY, Unspeakable, names_in
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

ATOM = 20
LEVELS = {
    "or": 3,
    "and": 4,
    "eq": 8,
    "ne": 8,
    "lt": 9,
    "le": 9,
    "gt": 9,
    "ge": 9,
    "add": 11,
    "sub": 11,
    "mul": 12,
    "div": 12,
    "mod": 12,
}
PATTERNS: dict[str, tuple[str, ...]] = {
    "abs": ("Math.abs({0})",),
    "fabs": ("Math.abs({0})",),
    "sqrt": ("Math.sqrt({0})",),
    "floor": ("Math.floor({0})",),
    "ceil": ("Math.ceil({0})",),
    "round": ("Math.round({0})",),
    "pow": ("{0} ** {1}", "Math.pow({0}, {1})"),
    "max": ("Math.max({0}, {1})",),
    "min": ("Math.min({0}, {1})",),
    "upper": ("{0}.toUpperCase()",),
    "lower": ("{0}.toLowerCase()",),
    "uppercase": ("{0}.toUpperCase()",),
    "lowercase": ("{0}.toLowerCase()",),
    "reversed": (
        '{0}.split("").reverse().join("")',
        '[...{0}].reverse().join("")',
        'Array.from({0}).reverse().join("")',
    ),
    "repeat": ("{0}.repeat({1})",),
    "substring": ("{0}.slice({1}, {2})", "{0}.substring({1}, {2})"),
    "isdigit": ('{0} >= "0" && {0} <= "9"', "/[0-9]/.test({0})", "/\\d/.test({0})"),
    "isalpha": ("/[a-zA-Z]/.test({0})", "/[a-z]/i.test({0})", "/[A-Za-z]/.test({0})"),
    "isupper": ('{0} >= "A" && {0} <= "Z"', "/[A-Z]/.test({0})"),
    "islower": ('{0} >= "a" && {0} <= "z"', "/[a-z]/.test({0})"),
    "code": ("{0}.charCodeAt(0)", "{0}.charCodeAt(0)", "{0}.codePointAt(0)"),
    "chr": ("String.fromCharCode({0})",),
    "digit": ("Number({0})", "parseInt({0})", "+{0}", "parseInt({0}, 10)"),
    "at": ("{0}[{1}]", "{0}[{1}]", "{0}.charAt({1})"),
    "item": ("{0}[{1}]",),
    "startswith": ("{0}.startsWith({1})", "{0}.indexOf({1}) === 0"),
    "contains": ("{0}.includes({1})", "{0}.indexOf({1}) !== -1", "{0}.indexOf({1}) >= 0"),
    "among": ("{1}.includes({0})", "{1}.indexOf({0}) !== -1", "{1}.indexOf({0}) >= 0"),
    "parse": ("parseInt({0})", "parseInt({0}, 10)", "Number({0})", "+{0}"),
    "parsenum": ("parseFloat({0})", "Number({0})", "+{0}"),
    "sure": ("{0}",),
    "exact": ("{0}",),
    "cell": ("{0}[{1}][{2}]",),
}
POSTFIX = 18
TIGHT = {"pow": 13}


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How somebody writes."""

    quote: str
    semi: bool
    indent: str
    let: str
    const: str
    template: float
    functional: float
    plain_for: float
    arrow: bool
    braces: bool
    input: str
    main: bool
    loose: bool
    comments: bool
    upper_functions: str

    @classmethod
    def drawn(cls, rng: random.Random) -> Style:
        """Return a style by chance."""
        old = rng.random() < 0.2
        return cls(
            quote=rng.choice('""\''),
            semi=rng.random() < 0.87,
            indent=rng.choice(("  ", "  ", "  ", "    ", "    ", "\t")),
            let="var" if old else "let",
            const="var" if old else rng.choice(("const", "const", "const", "let")),
            template=0.0 if old else rng.choice((0.1, 0.5, 0.9)),
            functional=rng.choice((0.2, 0.6, 0.9)),
            plain_for=rng.choice((0.2, 0.5, 0.9)),
            arrow=not old,
            braces=rng.random() < 0.75,
            input=rng.choice(
                ("fs", "fs", "fs", "fs", "fs2", "fs2", "dev", "events", "readline", "readline")
            ),
            main=rng.random() < 0.15,
            loose=rng.random() < 0.12,
            comments=rng.random() < 0.12,
            upper_functions=rng.choice(("declared", "declared", "arrow", "expression")),
        )


class JSWriter:
    """Writes one program in a style."""

    def __init__(self, program: Program, style: Style, rng: random.Random) -> None:
        self._program, self._style, self._rng = program, style, rng
        self._written: list[str] = []
        self._depth = 0
        self._cursor: str | None = None
        self._at = 0
        self._streams = False
        self._counts_style = rng.choice(("object", "map"))
        self._names = _used(program)

    def text(self) -> str:
        """Return the program."""
        body = self._program.body
        reads = [each for each in body if isinstance(each, (Read, Lines))]
        self._reads = reads
        hoisted = self._style.upper_functions == "declared" and self._rng.random() < 0.25
        self._head()
        if not hoisted:
            self._all_functions()
        self._main(body)
        if hoisted:
            self._line("")
            self._all_functions()
        return "\n".join(self._written).strip("\n") + "\n"

    def _all_functions(self) -> None:
        for function in self._program.functions:
            if self._style.comments and self._rng.random() < 0.5:
                self._line(f"// {function.name}")
            self._function(function)
            self._line("")

    # reading: what comes before all else

    def _head(self) -> None:
        q, e = self._style.quote, self._end
        how = self._style.input
        self._fs = f"require({q}fs{q}).readFileSync"
        if how in ("fs2", "dev") and self._reads:
            if self._rng.random() < 0.7:
                self._line(f"{self._style.const} fs = require({q}fs{q}){e}")
                self._fs = "fs.readFileSync"
            else:
                self._line(f"{self._style.const} {{ readFileSync }} = require({q}fs{q}){e}")
                self._fs = "readFileSync"
            self._line("")

    def _main(self, body: Sequence[Stmt]) -> None:
        s, q, e = self._style, self._style.quote, self._end
        kinds = {each.how if isinstance(each, Read) else "lines" for each in self._reads}
        if (s.input == "readline" and kinds & {"text", "all"}) or not self._reads:
            self._plain(body, None)
        elif s.input == "events":
            data = self._free("input", "data", "raw", "stdin")
            self._line(f"{s.let} {data} = {q}{q}{e}")
            if self._rng.random() < 0.5:
                self._line(f"process.stdin.setEncoding({q}utf8{q}){e}")
            chunk = self._free("chunk", "d", "part")
            lam = f"{chunk} => {data} += {chunk}" if s.arrow and self._rng.random() < 0.5 else None
            if lam:
                self._line(f"process.stdin.on({q}data{q}, {lam}){e}")
            else:
                self._line(f"process.stdin.on({q}data{q}, {self._fn(chunk)} {{")
                self._line(f"{s.indent}{data} += {chunk}{e}")
                self._line(f"}}){e}")
            self._line(f"process.stdin.on({q}end{q}, {self._fn('')} {{")
            self._depth += 1
            self._statements(body, data)
            self._depth -= 1
            self._line(f"}}){e}")
        elif s.input == "readline":
            self._readline(body)
        else:
            self._plain(body, None)

    def _plain(self, body: Sequence[Stmt], data: str | None) -> None:
        if self._style.main:
            self._line("function main() {")
            self._depth += 1
            self._statements(body, data)
            self._depth -= 1
            self._line("}")
            self._line("")
            self._line(f"main(){self._end}")
        else:
            self._statements(body, data)

    def _readline(self, body: Sequence[Stmt]) -> None:
        s, q, e = self._style, self._style.quote, self._end
        self._line(f"{s.const} readline = require({q}readline{q}){e}")
        self._line(f"{s.const} rl = readline.createInterface({{ input: process.stdin }}){e}")
        if len(self._reads) == 1 and isinstance(stream := self._reads[0], Lines):
            at = body.index(stream)
            plain = len(stream.vars) == 1 and not _leaves(stream.body)
            if plain and all(isinstance(each, Let) for each in body[:at]):
                self._streamed(body[:at], stream, body[at + 1 :])
                return
        lines = self._free("lines", "input", "rows", "inputLines")
        self._line(f"{s.const} {lines} = []{e}")
        line = self._free("line", "l")
        if self._rng.random() < 0.5 and s.arrow:
            self._line(f"rl.on({q}line{q}, {line} => {lines}.push({line})){e}")
        else:
            self._line(f"rl.on({q}line{q}, {self._fn(line)} {{")
            self._line(f"{s.indent}{lines}.push({line}){e}")
            self._line(f"}}){e}")
        self._line(f"rl.on({q}close{q}, {self._fn('')} {{")
        self._depth += 1
        self._cursor = lines
        self._statements(body, None, lines)
        self._depth -= 1
        self._line(f"}}){e}")

    def _streamed(self, before: Sequence[Stmt], stream: Lines, after: Sequence[Stmt]) -> None:
        """Write what is done with each line as it comes, and what at the end."""
        s, q, e = self._style, self._style.quote, self._end
        self._line("")
        for each in before:
            self._statement(each)
        (var,) = stream.vars
        line = var.name if var.type == "str" else self._free("line", "l", "input")
        self._line(f"rl.on({q}line{q}, {self._fn(line)} {{")
        if line != var.name:
            self._line(f"{s.indent}{s.const} {var.name} = {self._parsed(line, var.type)}{e}")
        self._inner(stream.body)
        self._line(f"}}){e}")
        if after:
            self._line(f"rl.on({q}close{q}, {self._fn('')} {{")
            self._inner(after)
            self._line(f"}}){e}")

    def _statements(self, body: Sequence[Stmt], data: str | None, lines: str | None = None) -> None:
        """Write the statements; all reading has the text in `data`, or the lines."""
        self._data, self._all_lines = data, lines
        self._mode = self._rng.choice(("index", "index", "shift", "counter"))
        reads = [each for each in body if isinstance(each, (Read, Lines))]
        single = len(reads) == 1
        if single and isinstance(reads[0], Read) and reads[0].how in ("all", "text"):
            pass
        elif (
            single and isinstance(reads[0], Read) and reads[0].how in ("line", "list") and not lines
        ):
            self._whole = True
        elif reads and lines is None:
            self._all_lines = self._declare_lines()
        if self._all_lines and self._mode == "counter" and not single:
            self._line(f"{self._style.let} {self._counter()} = 0{self._end}")
        for number, each in enumerate(body):
            self._statement(each)
            if self._depth == 0 and self._rng.random() < 0.12 and number + 1 < len(body):
                self._line("")

    def _counter(self) -> str:
        if not hasattr(self, "_counter_name"):
            self._counter_name = self._free("pos", "idx", "p", "ptr", "lineIndex")
        return self._counter_name

    def _declare_lines(self) -> str:
        name = self._free("lines", "lines", "rows", "input", "inputLines")
        q = self._style.quote
        text = self._source()
        tail = self._rng.choice((".trim()", ".trim()", ".trim()", ".trimEnd()"))
        by = self._rng.choice((f"{q}\\n{q}", f"{q}\\n{q}", f"{q}\\n{q}", "/\\r?\\n/"))
        if self._style.input != "events" and self._rng.random() < 0.25:
            inner = self._free("input", "data", "raw", "text")
            self._line(f"{self._style.const} {inner} = {text}{self._end}")
            text = inner
        self._line(f"{self._style.const} {name} = {text}{tail}.split({by}){self._end}")
        return name

    def _source(self) -> str:
        """Return the whole input."""
        q = self._style.quote
        if self._data:
            return self._data
        if self._all_lines:
            return f"{self._all_lines}.join({q}\\n{q})"
        place = f"{q}/dev/stdin{q}" if self._style.input == "dev" else "0"
        if self._rng.random() < 0.2:
            return f"{self._fs}({place}).toString()"
        code = self._rng.choice(("utf8", "utf8", "utf-8"))
        return f"{self._fs}({place}, {q}{code}{q})"

    def _next_line(self) -> str:
        """Return the line that comes next."""
        lines = self._all_lines
        single = len(self._reads) == 1
        self._at += 1
        if self._mode == "shift" and not single:
            return f"{lines}.shift()"
        if self._mode == "counter" and not single:
            return f"{lines}[{self._counter()}++]"
        return f"{lines}[{self._at - 1}]"

    def _left_lines(self) -> str:
        """Return the lines that are left."""
        lines = self._all_lines or ""
        if self._at == 0 or self._mode == "shift":
            return lines
        if self._mode == "counter" and len(self._reads) > 1:
            return f"{lines}.slice({self._counter()})"
        return f"{lines}.slice({self._at})"

    def _parser(self, kind: str) -> str:
        """Return what turns a text into a value, to be handed to `map`."""
        if kind == "num":
            return self._rng.choice(("Number", "parseFloat", "Number"))
        x = self._rng.choice("xsvn")
        return self._rng.choice(
            (
                "Number",
                "Number",
                self._arrow(x, f"parseInt({x})"),
                self._arrow(x, f"parseInt({x}, 10)"),
                self._arrow(x, f"+{x}"),
            )
        )

    def _parsed(self, text: str, kind: str) -> str:
        if kind == "str":
            return text
        if kind == "num":
            return self._rng.choice((f"parseFloat({text})", f"Number({text})", f"+{text}"))
        return self._rng.choice(
            (f"parseInt({text})", f"parseInt({text}, 10)", f"Number({text})", f"+{text}")
        )

    def _read(self, node: Read) -> None:
        s, q, e = self._style, self._style.quote, self._end
        names = [var.name for var in node.vars]
        first = node.vars[0]
        how = node.how
        mutable = s.let if how in ("line", "each") else s.const
        if how == "text":
            self._line(f"{s.const} {names[0]} = {self._source()}{e}")
        elif how == "all":
            by = self._by if node.by == " " and self._rng.random() < 0.3 else "/\\s+/"
            text = f"{self._source()}.trim().split({by})"
            self._line(f"{s.const} {names[0]} = {self._as_list(text, first)}{e}")
        elif how == "first":
            whole = getattr(self, "_whole", False)
            line = f"{self._source()}.trim()" if whole else self._next_line()
            if not whole and self._rng.random() < 0.2:
                line += ".trim()"
            self._line(f"{s.const} {names[0]} = {line}{e}")
        elif how == "line":
            self._values_of_line(node, mutable)
        elif how == "each":
            for var in node.vars:
                self._line(f"{mutable} {var.name} = {self._parsed(self._next_line(), var.type)}{e}")
        elif how in ("list", "counted", "column"):
            if len(node.vars) > 1:
                self._line(f"{s.const} {names[1]} = {self._parsed(self._next_line(), 'int')}{e}")
            if how == "column":
                self._column(node)
                return
            if getattr(self, "_whole", False):
                line = f"{self._source()}.trim()"
            else:
                line = self._next_line()
            by = f"{q}{node.by}{q}"
            if node.by == " " and self._rng.random() < 0.15:
                by = "/\\s+/"
            self._line(f"{s.const} {names[0]} = {self._as_list(f'{line}.split({by})', first)}{e}")
        elif how == "grid":
            x = self._free("line", "row", "l", "r")
            inner = (
                f"{x}.trim().split({q} {q}).map(Number)"
                if self._rng.random() < 0.3
                else f"{x}.split({q} {q}).map(Number)"
            )
            self._line(
                f"{s.const} {names[0]} = {self._left_lines()}.map({self._arrow(x, inner)}){e}"
            )
        elif how == "rows":
            self._rows(node)
        else:
            raise Unspeakable

    def _all_of(self, text: str, kinds: set[Type]) -> str:
        """Return the parts of a text as values, all of one kind."""
        return self._as_list(text, Var("", "strs" if kinds == {"str"} else "ints"))

    def _as_list(self, text: str, var: Var) -> str:
        return text if var.type == "strs" else f"{text}.map({self._parser(ITEM[var.type])})"

    def _values_of_line(self, node: Read, keyword: str) -> None:
        s, q, e = self._style, self._style.quote, self._end
        names = [var.name for var in node.vars]
        kinds = {var.type for var in node.vars}
        line = f"{self._source()}.trim()" if getattr(self, "_whole", False) else self._next_line()
        if len(names) == 1:
            self._line(f"{keyword} {names[0]} = {self._parsed(line, node.vars[0].type)}{e}")
            return
        split = f"{line}.split({q}{node.by}{q})"
        if node.by == " " and self._rng.random() < 0.3:
            split = f"{line}.split(/\\s+/)"
        if len(kinds) == 1 and s.arrow and self._rng.random() < 0.7:
            self._line(f"{keyword} [{', '.join(names)}] = {self._all_of(split, kinds)}{e}")
            return
        parts = self._free("parts", "tokens", "p", "fields")
        self._line(f"{s.const} {parts} = {split}{e}")
        for number, var in enumerate(node.vars):
            self._line(f"{keyword} {var.name} = {self._parsed(f'{parts}[{number}]', var.type)}{e}")

    def _column(self, node: Read) -> None:
        s, e = self._style, self._end
        name, count = (var.name for var in node.vars)
        lines = self._all_lines
        at = self._at
        if (self._mode == "shift" and len(self._reads) > 1) or (
            self._mode == "counter" and len(self._reads) > 1
        ):
            i = self._free("i", "j")
            self._line(f"{s.const} {name} = []{e}")
            self._line(f"for ({s.let} {i} = 0; {i} < {count}; {i}++) {{")
            self._line(
                f"{s.indent}{name}.push("
                f"{self._parsed(self._next_line(), ITEM[node.vars[0].type])}){e}"
            )
            self._line("}")
            return
        if self._rng.random() < 0.5:
            text = f"{lines}.slice({at}, {f'{at} + ' if at else ''}{count})"
            self._line(f"{s.const} {name} = {self._as_list(text, node.vars[0])}{e}")
            return
        i = self._free("i", "j")
        self._line(f"{s.const} {name} = []{e}")
        inner = self._parsed(f"{lines}[{i}]", ITEM[node.vars[0].type])
        self._line(
            f"for ({s.let} {i} = {at}; {i} < {count} + {at}; {i}++) {{"
            if at != 1
            else f"for ({s.let} {i} = 1; {i} <= {count}; {i}++) {{"
        )
        self._line(f"{s.indent}{name}.push({inner}){e}")
        self._line("}")

    def _rows(self, node: Read) -> None:
        s, q, e = self._style, self._style.quote, self._end
        rows, *parts = node.vars
        line = self._free("line", "l", "row")
        names = [var.name for var in parts]
        shown = ", ".join(
            var.name if var.type == "str" else f"{var.name}: {self._parsed(var.name, var.type)}"
            for var in parts
        )
        if self._rng.random() < 0.5 and s.arrow:
            self._line(f"{s.const} {rows.name} = {self._left_lines()}.map({self._fn(line)} {{")
            self._depth += 1
            self._line(f"{s.const} [{', '.join(names)}] = {line}.split({q}{node.by}{q}){e}")
            self._line(f"return {{ {shown} }}{e}")
            self._depth -= 1
            self._line(f"}}){e}")
        else:
            fields = self._free("parts", "f", "tokens", "fields")
            self._line(f"{s.const} {rows.name} = []{e}")
            if s.arrow or self._rng.random() < 0.5:
                self._line(f"for ({s.const} {line} of {self._left_lines()}) {{")
                self._depth += 1
            else:
                self._line(f"{self._left_lines()}.forEach({self._fn(line)} {{")
                self._depth += 1
            self._line(f"{s.const} {fields} = {line}.split({q}{node.by}{q}){e}")
            shown = ", ".join(
                f"{var.name}: {self._parsed(f'{fields}[{n}]', var.type)}"
                for n, var in enumerate(parts)
            )
            self._line(f"{rows.name}.push({{ {shown} }}){e}")
            self._depth -= 1
            self._line("}" if s.arrow or "for (" in self._written[-4] else f"}}){e}")

    def _lines(self, node: Lines) -> None:
        s, q, e = self._style, self._style.quote, self._end
        single = len(node.vars) == 1
        name = node.vars[0].name
        plain = single and node.vars[0].type == "str" and not node.by
        line = name if plain else self._free("line", "l", "row")
        before = []
        if not plain:
            if single:
                before = [f"{s.const} {name} = {self._parsed(line, node.vars[0].type)}{e}"]
            else:
                split = f"{line}.split({q}{node.by}{q})"
                kinds = {var.type for var in node.vars}
                names = [var.name for var in node.vars]
                if len(kinds) == 1 and s.arrow:
                    before = [f"{s.const} [{', '.join(names)}] = {self._all_of(split, kinds)}{e}"]
                elif s.arrow and self._rng.random() < 0.5:
                    raw = [
                        v.name
                        if v.type == "str"
                        else self._free(v.name[0] + "Str", "raw", "rawValue")
                        for v in node.vars
                    ]
                    before = [f"{s.const} [{', '.join(raw)}] = {split}{e}"] + [
                        f"{s.const} {v.name} = {self._parsed(r, v.type)}{e}"
                        for v, r in zip(node.vars, raw, strict=True)
                        if v.type != "str"
                    ]
                else:
                    parts = self._free("parts", "tokens", "p", "f")
                    before = [f"{s.const} {parts} = {split}{e}"] + [
                        f"{s.const} {v.name} = {self._parsed(f'{parts}[{n}]', v.type)}{e}"
                        for n, v in enumerate(node.vars)
                    ]
        leaves = _leaves(node.body)
        how = self._rng.random()
        source = self._left_lines()
        if how < 0.2 and not leaves:
            self._line(f"{source}.forEach({self._fn(line)} {{")
            tail = f"}}){e}"
        elif how < 0.45:
            i = self._free("i", "j", "k")
            start = self._at if source != self._all_lines else 0
            if source.endswith(f"slice({self._at})") or source == self._all_lines:
                self._line(f"for ({s.let} {i} = {start}; {i} < {self._all_lines}.length; {i}++) {{")
                before = [f"{s.const} {line} = {self._all_lines}[{i}]{e}", *before]
            else:
                self._line(f"for ({s.const} {line} of {source}) {{")
            tail = "}"
        else:
            self._line(f"for ({s.const} {line} of {source}) {{")
            tail = "}"
        self._depth += 1
        for text in before:
            self._line(text)
        self._depth -= 1
        self._inner(node.body)
        self._line(tail)

    # statements

    @property
    def _by(self) -> str:
        return f"{self._style.quote} {self._style.quote}"

    @property
    def _end(self) -> str:
        return ";" if self._style.semi else ""

    def _line(self, text: str) -> None:
        self._written.append(self._style.indent * self._depth + text if text else "")

    def _fn(self, params: str) -> str:
        """Return the head of a function that stands in an expression."""
        if self._style.arrow:
            return f"({params}) =>" if not params or self._rng.random() < 0.6 else f"{params} =>"
        return f"function ({params})" if self._rng.random() < 0.5 else f"function({params})"

    def _arrow(self, params: str, body: str) -> str:
        if self._style.arrow:
            shown = params if params.isidentifier() and self._rng.random() < 0.5 else f"({params})"
            return f"{shown} => {body}"
        return f"function ({params}) {{ return {body}{self._end} }}"

    def _free(self, *names: str) -> str:
        """Return a name that the program does not use, one of these or like them."""
        for name in (self._rng.choice(names), *names, *(f"{names[0]}{n}" for n in range(2, 9))):
            if name not in self._names:
                self._names.add(name)
                return name
        raise Unspeakable

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
        loops = (
            "sum",
            "product",
            "largest",
            "smallest",
            "count",
            "any",
            "all",
            "map",
            "filter",
            "reversed",
            "longest",
            "shortest",
        )
        if (
            over.name not in loops
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
        body: Stmt
        if over.name in ("sum", "product"):
            body = Set(var, "+=" if over.name == "sum" else "*=", each)
        elif over.name in ("largest", "smallest"):
            body = If(
                Op("gt" if over.name == "largest" else "lt", (each, var), "bool"),
                (Set(var, "=", each),),
            )
        elif over.name in ("longest", "shortest"):
            sizes = (Op("len", (each,), "int"), Op("len", (var,), "int"))
            body = If(
                Op("gt" if over.name == "longest" else "lt", sizes, "bool"), (Set(var, "=", each),)
            )
        elif over.name == "count":
            body = If(each, (Set(var, "+=", Lit(1, "int")),))
        elif over.name == "any":
            body = If(each, (Set(var, "=", Lit(True, "bool")),))
        elif over.name == "all":
            body = If(Op("not", (each,), "bool"), (Set(var, "=", Lit(False, "bool")),))
        elif over.name == "map":
            body = Append(var, (each,)) if var.type == "str" else Push(var, each)
        else:
            body = If(each, (Append(var, (item,)) if var.type == "str" else Push(var, item),))
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

    def _comparing(self, how: str, kind: str) -> str:
        a, b = self._rng.choice((("a", "b"), ("a", "b"), ("x", "y"), ("p", "q")))
        if how == "sorted_length":
            return self._arrow(f"{a}, {b}", f"{a}.length - {b}.length")
        if kind == "strs":
            if how == "sorted":
                return ""
            return self._arrow(f"{a}, {b}", f"{a} < {b} ? 1 : {a} > {b} ? -1 : 0")
        left, right = (b, a) if how == "sorted_down" else (a, b)
        return self._arrow(f"{a}, {b}", f"{left} - {right}")

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
            if _leaves(node.body):
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
        leaves = _leaves(node.body)
        how = self._rng.random()
        by_index = node.index is not None
        if how < 0.25 and not leaves and node.source.type != "str":
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

    def _counts_new(self) -> str:
        return "new Map()" if self._counts_style == "map" else "{}"

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
        entries = name if self._counts_style == "map" else f"Object.entries({name})"
        if name in getattr(self, "_sorted", ()):
            entries = name
        self._rng.random()
        if (
            (entries == name and name in getattr(self, "_sorted", ()))
            or self._rng.random() < 0.6
            or self._counts_style == "map"
        ):
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
        self._sorted = {node.result.name}
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

    def _spoken(self, parts: Sequence[Expr], text: bool = False) -> str:
        """Return parts as one text: a template, or with plus signs."""
        flat: list[Expr] = []
        for part in parts:
            flat += part.args if isinstance(part, Op) and part.name == "concat" else [part]
        if len(flat) == 1:
            only = flat[0]
            if text and only.type in ("int", "num", "bool"):
                return (
                    f"String({self._expr(only)})"
                    if self._rng.random() < 0.5
                    else f"{self._expr(only, 12)} + {self._style.quote * 2}"
                )
            return self._expr(only)
        if self._rng.random() < self._style.template:
            inner = "".join(
                part.value.replace("`", "\\`").replace("\n", "\\n").replace("${", "\\${")
                if isinstance(part, Lit) and part.type in ("str", "char")
                else f"${{{self._expr(part)}}}"
                for part in flat
            )
            return f"`{inner}`"
        pieces = [self._expr(part, 12) for part in flat]
        if flat[0].type not in ("str", "char") and flat[1].type not in ("str",):
            pieces = [self._style.quote * 2, *pieces]
        return " + ".join(pieces)

    def _return(self, node: Return) -> None:
        self._line(f"return {self._expr(node.value)}{self._end}")

    def _leave(self, node: Leave) -> None:
        self._line(f"{node.how}{self._end}")

    # expressions

    def _literal(self, value: str) -> str:
        q = self._style.quote
        text = (
            value.replace("\\", "\\\\")
            .replace(q, f"\\{q}")
            .replace("\n", "\\n")
            .replace("\t", "\\t")
        )
        return f"{q}{text}{q}"

    def _expr(self, node: Expr, binds: int = 0) -> str:
        text, own = self._bare(node)
        return f"({text})" if own < binds else text

    def _bare(self, node: Expr) -> tuple[str, int]:
        if isinstance(node, Lit):
            if node.type in ("str", "char"):
                return self._literal(node.value), ATOM
            if node.type == "bool":
                return str(node.value).lower(), ATOM
            return str(node.value), ATOM if node.value >= 0 else 15
        if isinstance(node, Var):
            return node.name, ATOM
        if isinstance(node, Field):
            return f"{self._expr(node.row, POSTFIX)}.{node.name}", POSTFIX
        if isinstance(node, Call):
            return f"{node.name}({', '.join(self._expr(each) for each in node.args)})", POSTFIX
        if isinstance(node, Join):
            return self._join(node), POSTFIX
        if isinstance(node, Shown):
            return self._shown(node), POSTFIX
        if isinstance(node, Over):
            return self._over(node)
        return self._op(node)

    def _shown(self, node: Shown) -> str:
        inner = node.value
        if node.decimals is not None:
            text = f"{self._expr(inner, POSTFIX)}.toFixed({node.decimals})"
            if not node.width:
                return text
        elif inner.type in ("int", "num"):
            text = self._rng.choice(
                (f"String({self._expr(inner)})", f"{self._expr(inner, POSTFIX)}.toString()")
            )
        else:
            text = self._expr(inner, POSTFIX)
        pad = "padEnd" if node.left else "padStart"
        fill = "" if node.fill == " " else f", {self._literal(node.fill)}"
        return f"{text}.{pad}({node.width}{fill})"

    def _join(self, node: Join) -> str:
        source = self._expr(node.source, POSTFIX)
        if node.source.type == "str":
            source = self._rng.choice(
                (f"{source}.split({self._style.quote * 2})", f"[...{source}]")
            )
        if node.each is not None:
            body = node.each.body
            text = (
                self._spoken([body])
                if isinstance(body, Op) and body.name == "concat"
                else self._expr(body)
            )
            source += f".map({self._arrow(node.each.item.name, text)})"
        return f"{source}.join({self._literal(node.between)})"

    def _over(self, node: Over) -> tuple[str, int]:
        source = self._expr(node.source, POSTFIX)
        how, q = node.name, self._style.quote
        x = node.each.item.name if node.each else "x"
        each = self._expr(node.each.body) if node.each else x
        if how == "split":
            assert node.each is not None
            assert isinstance(node.each.body, Lit)
            text = f"{source}.split({self._literal(node.each.body.value)})"
            return self._as_list(text, Var("", node.type)), POSTFIX
        if node.source.type == "str" and how not in ("split",):
            source = self._rng.choice((f"{source}.split({q * 2})", f"[...{source}]"))
        lam = self._arrow(x, each)
        if how in ("sum", "product"):
            acc = self._free_quietly("acc", "a", "sum", "total", "t")
            sign = "+" if how == "sum" else "*"
            body = self._expr(node.each.body, 12 if how == "sum" else 13) if node.each else x
            return (
                f"{source}.reduce({self._arrow(f'{acc}, {x}', f'{acc} {sign} {body}')}, "
                f"{0 if how == 'sum' else 1})",
                POSTFIX,
            )
        if how in ("largest", "smallest"):
            mapped = f"{source}.map({lam})" if node.each else source
            fn = "max" if how == "largest" else "min"
            if self._style.arrow:
                return f"Math.{fn}(...{mapped})", POSTFIX
            return f"Math.{fn}.apply(null, {mapped})", POSTFIX
        if how in ("longest", "shortest"):
            sign = ">" if how == "longest" else "<"
            return (
                f"{source}.reduce({self._arrow('a, b', f'b.length {sign} a.length ? b : a')})",
                POSTFIX,
            )
        if how == "count":
            return f"{source}.filter({lam}).length", POSTFIX
        tail = f".join({q * 2})" if node.type == "str" else ""
        simple = {
            "map": f"{source}.map({lam}){tail}",
            "filter": f"{source}.filter({lam}){tail}",
            "any": f"{source}.some({lam})",
            "all": f"{source}.every({lam})",
            "where": f"{source}.findIndex({lam})",
            "slice": f"{source}.slice(0, {each})",
        }
        if how in simple:
            return simple[how], POSTFIX
        copy = (
            f"[...{source}]"
            if self._style.arrow and self._rng.random() < 0.7
            else f"{source}.slice()"
        )
        if how == "reversed":
            return f"{copy}.reverse()", POSTFIX
        if how == "unique":
            if self._style.arrow and self._rng.random() < 0.6:
                return f"[...new Set({source})]", POSTFIX
            return f"{source}.filter({self._arrow('x, i', f'{source}.indexOf(x) === i')})", POSTFIX
        if how.startswith("sorted"):
            return f"{copy}.sort({self._comparing(how, node.type)})", POSTFIX
        raise Unspeakable

    def _free_quietly(self, *names: str) -> str:
        return next(
            name for name in (self._rng.choice(names), *names, "acc2") if name not in self._names
        )

    def _op(self, node: Op) -> tuple[str, int]:
        name, args = node.name, node.args
        if name == "list":
            return "[]", ATOM
        if name == "new_counts":
            return self._counts_new(), ATOM
        if name == "len":
            return f"{self._expr(args[0], POSTFIX)}.length", POSTFIX
        if name == "height":
            return f"{self._expr(args[0], POSTFIX)}.length", POSTFIX
        if name == "breadth":
            return f"{self._expr(args[0], POSTFIX)}[0].length", POSTFIX
        if name == "cond":
            return (
                f"{self._expr(args[0], 3)} ? {self._expr(args[1], 3)} : {self._expr(args[2], 2)}",
                2,
            )
        if name in ("not", "neg"):
            return f"{'!' if name == 'not' else '-'}{self._expr(args[0], 15)}", 15
        if name == "concat":
            text = self._spoken(args)
            return text, ATOM if text.startswith("`") else 11
        if name == "idiv":
            left, right = self._expr(args[0], 12), self._expr(args[1], 13)
            chance = self._rng.random()
            if chance < 0.65:
                return f"Math.floor({left} / {right})", POSTFIX
            if chance < 0.85:
                return f"Math.trunc({left} / {right})", POSTFIX
            return f"({left} / {right}) | 0", 5
        if name == "pow":
            left, right = (self._expr(each, 14) for each in args)
            if self._style.arrow and self._rng.random() < 0.5:
                return f"{left} ** {right}", 13
            return f"Math.pow({self._expr(args[0])}, {self._expr(args[1])})", POSTFIX
        if name in LEVELS:
            sign = BINARY[name][0]
            if name in ("eq", "ne"):
                sign += "" if self._style.loose else "="
            own = LEVELS[name]
            left, right = self._expr(args[0], own), self._expr(args[1], own + 1)
            return f"{left} {sign} {right}", own
        ways = PATTERNS["item" if name == "at" and args[0].type != "str" else name]
        way = self._rng.choice(ways)
        plain = "({0}" in way or ("{0}, " in way and way.startswith("Math"))
        texts = [
            self._expr(
                each, 0 if (plain and f"({{{n}}}" in way) or f", {{{n}}}" in way else POSTFIX
            )
            for n, each in enumerate(args)
        ]
        text = way.format(*texts)
        if " && " in way:
            return text, 4
        if " === " in way or " !== " in way or " >= " in way:
            return text, 8
        return text, 15 if way.startswith("+") else POSTFIX


def _leaves(body: Sequence[Stmt]) -> bool:
    """Tell whether a body leaves the loop around it, or the function."""
    for each in body:
        if isinstance(each, (Leave, Return)):
            return True
        if isinstance(each, If) and (_leaves(each.then) or _leaves(each.other)):
            return True
        if isinstance(each, (While, Count, Each, EachCount)) and any(
            isinstance(x, Return) for x in each.body
        ):
            return True
    return False


def _used(program: Program) -> set[str]:
    return names_in(program) | {each.name for each in program.functions}
