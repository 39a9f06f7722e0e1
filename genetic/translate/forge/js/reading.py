"""How JavaScript reads standard input: by one call, by events, or line by line."""

from __future__ import annotations

from collections.abc import Sequence

from genetic.translate.forge.ir import (
    ITEM,
    Let,
    Lines,
    Read,
    Stmt,
    Type,
    Var,
)
from genetic.translate.forge.js.expressions import leaves
from genetic.translate.forge.js.statements import Statements
from genetic.translate.forge.shared import Unspeakable


class Reading(Statements):
    """Writes what reads, and what stands around it."""

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
            plain = len(stream.vars) == 1 and not leaves(stream.body)
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
        if not self._counter_name:
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

    def _parsed(self, text: str, kind: str) -> str:
        if kind == "str":
            return text
        if kind == "num":
            return self._rng.choice((f"parseFloat({text})", f"Number({text})", f"+{text}"))
        return self._rng.choice(
            (f"parseInt({text})", f"parseInt({text}, 10)", f"Number({text})", f"+{text}")
        )

    def _read(self, node: Read) -> None:
        reader = getattr(self, f"_read_{node.how}", None)
        if reader is None:
            raise Unspeakable
        reader(node)

    def _read_text(self, node: Read) -> None:
        self._line(f"{self._style.const} {node.vars[0].name} = {self._source()}{self._end}")

    def _read_all(self, node: Read) -> None:
        first = node.vars[0]
        by = self._by if node.by == " " and self._rng.random() < 0.3 else "/\\s+/"
        text = f"{self._source()}.trim().split({by})"
        self._line(f"{self._style.const} {first.name} = {self._as_list(text, first)}{self._end}")

    def _read_first(self, node: Read) -> None:
        line = self._line_with_values()
        if not self._whole and self._rng.random() < 0.2:
            line += ".trim()"
        self._line(f"{self._style.const} {node.vars[0].name} = {line}{self._end}")

    def _read_each(self, node: Read) -> None:
        for var in node.vars:
            value = self._parsed(self._next_line(), var.type)
            self._line(f"{self._style.let} {var.name} = {value}{self._end}")

    def _read_list(self, node: Read) -> None:
        first, q = node.vars[0], self._style.quote
        line = self._line_with_values()
        regular = node.by == " " and self._rng.random() < 0.15
        by = "/\\s+/" if regular else f"{q}{node.by}{q}"
        values = self._as_list(f"{line}.split({by})", first)
        self._line(f"{self._style.const} {first.name} = {values}{self._end}")

    def _read_counted(self, node: Read) -> None:
        self._count_of(node)
        self._read_list(node)

    def _count_of(self, node: Read) -> None:
        count = self._parsed(self._next_line(), "int")
        self._line(f"{self._style.const} {node.vars[1].name} = {count}{self._end}")

    def _read_grid(self, node: Read) -> None:
        q = self._style.quote
        x = self._free("line", "row", "l", "r")
        trimmed = ".trim()" if self._rng.random() < 0.3 else ""
        row = f"{x}{trimmed}.split({q} {q}).map(Number)"
        rows = f"{self._left_lines()}.map({self._arrow(x, row)})"
        self._line(f"{self._style.const} {node.vars[0].name} = {rows}{self._end}")

    def _line_with_values(self) -> str:
        """Return the line that comes next, which may be all there is."""
        return f"{self._source()}.trim()" if self._whole else self._next_line()

    def _all_of(self, text: str, kinds: set[Type]) -> str:
        """Return the parts of a text as values, all of one kind."""
        return self._as_list(text, Var("", "strs" if kinds == {"str"} else "ints"))

    def _read_line(self, node: Read) -> None:
        s, q, e = self._style, self._style.quote, self._end
        names = [var.name for var in node.vars]
        kinds = {var.type for var in node.vars}
        line = self._line_with_values()
        if len(names) == 1:
            self._line(f"{s.let} {names[0]} = {self._parsed(line, node.vars[0].type)}{e}")
            return
        split = f"{line}.split({q}{node.by}{q})"
        if node.by == " " and self._rng.random() < 0.3:
            split = f"{line}.split(/\\s+/)"
        if len(kinds) == 1 and s.arrow and self._rng.random() < 0.7:
            self._line(f"{s.let} [{', '.join(names)}] = {self._all_of(split, kinds)}{e}")
            return
        parts = self._free("parts", "tokens", "p", "fields")
        self._line(f"{s.const} {parts} = {split}{e}")
        for number, var in enumerate(node.vars):
            self._line(f"{s.let} {var.name} = {self._parsed(f'{parts}[{number}]', var.type)}{e}")

    def _read_column(self, node: Read) -> None:
        self._count_of(node)
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

    def _read_rows(self, node: Read) -> None:
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
        s, e = self._style, self._end
        plain = len(node.vars) == 1 and node.vars[0].type == "str" and not node.by
        line = node.vars[0].name if plain else self._free("line", "l", "row")
        before = [] if plain else self._taken_apart(node, line)
        leaving = leaves(node.body)
        how = self._rng.random()
        source = self._left_lines()
        if how < 0.2 and not leaving:
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

    def _taken_apart(self, node: Lines, line: str) -> list[str]:
        """Return the statements that give the variables the values of a line."""
        s, q, e = self._style, self._style.quote, self._end
        if len(node.vars) == 1:
            (var,) = node.vars
            return [f"{s.const} {var.name} = {self._parsed(line, var.type)}{e}"]
        split = f"{line}.split({q}{node.by}{q})"
        kinds = {var.type for var in node.vars}
        if len(kinds) == 1 and s.arrow:
            names = ", ".join(var.name for var in node.vars)
            return [f"{s.const} [{names}] = {self._all_of(split, kinds)}{e}"]
        if s.arrow and self._rng.random() < 0.5:
            raw = [
                v.name if v.type == "str" else self._free(v.name[0] + "Str", "raw", "rawValue")
                for v in node.vars
            ]
            return [f"{s.const} [{', '.join(raw)}] = {split}{e}"] + [
                f"{s.const} {v.name} = {self._parsed(r, v.type)}{e}"
                for v, r in zip(node.vars, raw, strict=True)
                if v.type != "str"
            ]
        parts = self._free("parts", "tokens", "p", "f")
        return [f"{s.const} {parts} = {split}{e}"] + [
            f"{s.const} {v.name} = {self._parsed(f'{parts}[{n}]', v.type)}{e}"
            for n, v in enumerate(node.vars)
        ]
