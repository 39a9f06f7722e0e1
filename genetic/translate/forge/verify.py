"""Run both programs of many pairs behind the walls, and see whether they agree.

One source of C holds many programs, so that compiler and engine start once for all of them: each
gets its names to itself, and the first line of the input says which of them shall run.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from genetic.translate.forge.c import INCLUDES
from sandbox.limits import Limits
from sandbox.programs import CompileError, Language

LIMITS = Limits(fuel=2 * 10**9, memory_mb=256, wall_seconds=20.0, output_bytes=1 << 16)
SOURCE_LIMITS = Limits(fuel=5 * 10**9, memory_mb=512, wall_seconds=30.0, output_bytes=1 << 22)
OWN = re.compile(r"^(?:[a-z][\w ]*?[ *])(\w+)\(|^struct (\w+) \{", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Trial:
    """Two programs, and what to run them on."""

    javascript: str
    c: str
    inputs: tuple[bytes, ...]


DRIVER = r"""
const { Readable } = require("stream"), { finished } = require("stream/promises");
const fs = require("fs"), readline = require("readline");
const util = require("util"), vm = require("vm");

async function ran(source, input) {
  let out = "";
  const stdin = Readable.from([Buffer.from(input)], { objectMode: false });
  const stdout = { write(text) { out += text; return true; } };
  const own = { stdin, stdout, argv: [], env: {}, exit() {} };
  const console = { log(...values) { out += util.format(...values) + "\n"; } };
  const readFileSync = (file, how) => {
    if (file !== 0 && file !== "/dev/stdin") return fs.readFileSync(file, how);
    return how ? input : Buffer.from(input);
  };
  const library = { fs: { ...fs, readFileSync }, readline };
  try {
    const names = ["require", "process", "console"];
    vm.compileFunction(source, names)((name) => library[name], own, console);
    if (stdin.readableFlowing !== null || stdin.listenerCount("readable")) {
      await finished(stdin);
      for (let turn = 0; turn < 4; turn++) await new Promise(setImmediate);
    }
  } catch (error) {
    return null;
  }
  return out;
}

async function main() {
  const found = [];
  for (const [source, inputs] of JSON.parse(fs.readFileSync(0, "utf8"))) {
    const outputs = [];
    for (const input of inputs) outputs.push(await ran(source, input));
    found.push(outputs);
  }
  process.stdout.write(JSON.stringify(found));
}

main();
"""
"""Runs many programs in one node, each with its own standard input and output."""


def outputs(language: Language, source: str, inputs: Sequence[bytes]) -> list[bytes] | None:
    """Return what a source program prints for each input, or None if it fails on one."""
    program = language.compile(source)
    if isinstance(program, CompileError):
        return None
    runs = program.run(inputs, SOURCE_LIMITS)
    return None if any(run.status != "ok" for run in runs) else [run.stdout for run in runs]


def together(programs: Sequence[str]) -> str:
    """Return one source that holds many programs."""
    parts = [INCLUDES]
    for number, text in enumerate(programs):
        names = {name for found in OWN.findall(text) for name in found if name}
        parts += [f"#define {name} {name}_{number}_" for name in sorted(names)]
        parts.append(text)
        parts += [f"#undef {name}" for name in sorted(names)]
    parts.append("int main(void) {\n    int which = 0, c;")
    parts.append("    while ((c = getchar()) != '\\n') which = which * 10 + c - '0';")
    parts += [
        f"    if (which == {number}) return main_{number}_();" for number in range(len(programs))
    ]
    return "\n".join([*parts, "    return 1;", "}", ""])


def agreeing(
    javascript: Language, c: Language, trials: Sequence[Trial]
) -> list[list[bytes] | None]:
    """Return, for each pair, what both of its programs print, or None where they do not agree."""
    wanted = _printed(javascript, trials)
    found: list[list[bytes] | None] = [None] * len(trials)
    for number in _right(c, trials, wanted, [n for n, each in enumerate(wanted) if each]):
        found[number] = wanted[number]
    return found


def _printed(javascript: Language, trials: Sequence[Trial]) -> list[list[bytes] | None]:
    """Return what the sources print; None for one that fails. One that never ends ends them all."""
    program = javascript.compile(DRIVER)
    assert not isinstance(program, CompileError), program.text
    asked = [[each.javascript, [data.decode() for data in each.inputs]] for each in trials]
    (run,) = program.run([json.dumps(asked).encode()], SOURCE_LIMITS)
    if run.status != "ok":
        return [outputs(javascript, each.javascript, each.inputs) for each in trials]
    return [
        None if any(text is None for text in texts) else [text.encode() for text in texts]
        for texts in json.loads(run.stdout)
    ]


def _right(
    c: Language, trials: Sequence[Trial], wanted: Sequence[list[bytes] | None], numbers: list[int]
) -> list[int]:
    """Return those of some pairs whose C prints what it should; halve those that do not compile."""
    if not numbers:
        return []
    program = c.compile(together([trials[number].c for number in numbers]))
    if isinstance(program, CompileError):
        if len(numbers) == 1:
            return []
        half = len(numbers) // 2
        return _right(c, trials, wanted, numbers[:half]) + _right(c, trials, wanted, numbers[half:])
    inputs = [b"%d\n%s" % (at, data) for at, n in enumerate(numbers) for data in trials[n].inputs]
    runs = iter(program.run(inputs, LIMITS))
    right = []
    for number in numbers:
        ran = [next(runs) for _ in trials[number].inputs]
        if [(run.status, run.stdout) for run in ran] == [
            ("ok", each) for each in wanted[number] or ()
        ]:
            right.append(number)
    return right
