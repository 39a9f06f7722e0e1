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
from rich.text import Text

from autoagent.cli.common import print_json, progress
from autoagent.cli.options import DbOption, JsonOption
from autoagent.journal import Journal, JournalError
from autoagent.life import Heartbeat, Life
from autoagent.llm import LLMError, load
from autoagent.walls import WALLS, open_wall
from sandbox.extensions import ExtensionError, Extensions, groups, is_ours
from sandbox.extras import brought_by, pip_install
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

NOT_FOR_USERS = ("all", "dev", "env", "openenv")
"""Extras that are made of others, or for those who work on this program or serve it."""

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
        _print(checks)
    if any(each.needed and each.status != "ok" for each in checks):
        raise typer.Exit(1)


def _print(checks: list[Check]) -> None:
    """Print a table, and below it the one command that installs whatever is missing."""
    console, table = Console(), Table("what", "status", "detail")
    for each in checks:
        detail = each.detail
        for extra in brought_by():
            detail = detail.replace(f"with: {pip_install(extra)}", f"with the extra {extra}")
            detail = detail.replace(pip_install(extra), f"the extra {extra}")
            detail = detail.removesuffix(f"; install it with the {each.what}")
        table.add_row(each.what, MARKS[each.status], escape(detail))
    console.print(table)
    lacking = {each.what for each in checks if each.status == "missing"}
    if absent := [extra for extra in brought_by() if f"extra {extra}" in lacking]:
        console.print("README.md says what each extra is for. Those that are missing come with:")
        console.print(Text(pip_install(",".join(absent))), soft_wrap=True)


def _checks(db: DbOption) -> Iterator[Check]:
    yield Check("python", "ok", platform.python_version(), needed=True)
    for extra, packages in brought_by().items():
        if extra not in NOT_FOR_USERS:
            yield _packages(extra, packages)
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


def _packages(extra: str, names: list[str]) -> Check:
    """Tell the versions of the packages that an extra brings, or which of them are missing."""
    what = f"extra {extra}" if extra else "packages"
    versions, absent = [], []
    for name in names:
        try:
            versions.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            absent.append(name)
    if not absent:
        return Check(what, "ok", ", ".join(versions), needed=not extra)
    install = pip_install(extra) if extra else f"pip install {' '.join(absent)}"
    lacks = f"lacks {', '.join(absent)}; install it with: {install}"
    return Check(what, "missing", lacks, needed=not extra)


def _tested(
    what: str, test: Callable[[], str], *, needed: bool = False, otherwise: str = "broken"
) -> Check:
    try:
        return Check(what, "ok", test(), needed)
    except (SandboxError, LLMError, JournalError, ExtensionError, AssertionError) as error:
        installable = any(pip_install(extra) in str(error) for extra in brought_by())
        return Check(what, "missing" if installable else otherwise, str(error), needed)


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
    wanting: dict[str, list[str]] = {}
    problems = []
    for name in found:
        try:
            found[name]
        except ExtensionError as error:
            cause = error.__cause__
            if is_ours(found.point(name)) and isinstance(cause, ModuleNotFoundError):
                wanting.setdefault(str(cause.name), []).append(name)
            else:
                problems.append(error)
    if not (wanting or problems):
        return Check(group, "ok", ", ".join(found))
    told = [f"{package} is missing for {', '.join(names)}" for package, names in wanting.items()]
    lacking = all(isinstance(each.__cause__, ModuleNotFoundError) for each in problems)
    words = "; ".join([*told, *map(str, problems)])
    return Check(group, "missing" if lacking else "broken", f"{', '.join(found)}; but {words}")


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
