"""Fuzz folders of inputs, and what is journalled of them: ``python -m tests.fuzz.fuzz_inputs``.

An input is the names, kinds and content of what is in a folder, templates of prompts and settings.
Arguments are libFuzzer's.
"""

from __future__ import annotations

import io
import os
import tempfile
import tomllib
from contextlib import redirect_stderr, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import atheris
import typer

NAMES = ["genetic.cli.programs", "genetic.translate.plan", "genetic.translate.task"]
NAMES += ["genetic.translate.prompts", "genetic.translate.settings", "genetic.cli.translate"]
with atheris.instrument_imports(include=NAMES):
    from autoagent.message import from_json, to_json
    from genetic.cli.programs import MOST_BYTES, read_inputs, read_text
    from genetic.cli.translate import settings_of
    from genetic.search.text import MARKER
    from genetic.translate.languages import language_of, target_of
    from genetic.translate.plan import Plan
    from genetic.translate.prompts import Prompts
    from genetic.translate.settings import Settings
    from genetic.translate.task import Task, Test
    from tests.fuzz.targets import PLACE, fuzz

FILE, FOLDER, LINK, PIPE = range(4)
ROOM = 400


def one_input(data: bytes) -> None:
    """Read a folder, plan a translation with what is in it, and read that plan of a journal."""
    choices = atheris.FuzzedDataProvider(data)
    with tempfile.TemporaryDirectory(dir=PLACE) as home:
        tests = inputs(Path(home), choices)
    settings, prompts = Settings(), Prompts()
    with suppress(ValueError):
        settings = settings_of([choices.ConsumeUnicode(30) for _ in range(2)], {})
    with suppress(ValueError):
        prompts = Prompts.of(tomllib.loads(choices.ConsumeUnicodeNoSurrogates(200)))
    for name in Prompts.__dataclass_fields__:
        filled = prompts.fill(name, dict.fromkeys(["source", "errors"], "\ud800" * ROOM), ROOM)
        assert len(filled) <= ROOM + len(MARKER)
    plan = Plan(
        name=choices.ConsumeUnicode(9),
        task=Task(source=choices.ConsumeUnicode(9), language="python", tests=tests),
        target="c",
        models=("smollm2",),
        settings=settings,
        prompts=(prompts,),
    )
    written = from_json(to_json(plan.as_dict()))
    assert Plan.of(written) == plan
    forged(written, choices)


def inputs(home: Path, choices: atheris.FuzzedDataProvider) -> tuple[Test, ...]:
    """Return what is read of a folder that is filled at random, or something in its place."""
    folder = home / "inputs"
    folder.mkdir()
    (home / "secret").write_text("secret")
    for _ in range(choices.ConsumeIntInRange(0, 6)):
        with suppress(OSError, ValueError):  # there is no such name, or there is that already
            put(folder, choices)
    for path in sorted(folder.iterdir()):
        said_or_returned(language_of, path)
        said_or_returned(target_of, path)
        said_or_returned(read_text, path, "source")
    found = said_or_returned(read_inputs, folder, choices.ConsumeBool()) or {"none": b""}
    assert b"secret" not in found.values()
    assert all(len(content) <= MOST_BYTES for content in found.values())
    return tuple(Test(name, content, b"") for name, content in found.items())


def put(folder: Path, choices: atheris.FuzzedDataProvider) -> None:
    """Make a file, a folder, a link or a pipe."""
    name = os.fsdecode(choices.ConsumeBytes(choices.ConsumeIntInRange(1, 12)))
    path = folder / name.replace("/", "|")
    match choices.ConsumeIntInRange(FILE, PIPE):
        case 0:
            with path.open("xb") as file:  # and not into a pipe that is there
                file.write(choices.ConsumeBytes(choices.ConsumeIntInRange(0, 40)))
        case 1:
            path.mkdir()
        case 2:
            path.symlink_to(choices.PickValueInList(["../secret", "..", name, "a", "/dev/zero"]))
        case _:
            os.mkfifo(path)


def said_or_returned(act: Any, *given: Any) -> Any:
    """Return what a function returns; None if it says what is wrong, as commands do."""
    said = io.StringIO()
    try:
        with redirect_stderr(said):
            return act(*given)
    except ValueError:
        return None
    except typer.Exit as refusal:
        code = refusal.exit_code
    assert code == 2
    assert "error: " in said.getvalue()
    return None


def forged(plan: dict[str, Any], choices: atheris.FuzzedDataProvider) -> None:
    """Read a plan of which some fields are others than they must be."""
    for _ in range(choices.ConsumeIntInRange(1, 3)):
        part = plan
        if choices.ConsumeBool():
            part = choices.PickValueInList([plan["settings"], plan["prompts"][0], plan["tests"][0]])
        with suppress(ValueError, RecursionError):
            part[choices.PickValueInList([*part])] = from_json(choices.ConsumeUnicode(20))
    try:
        known = Plan.of(plan)
    except ValueError as error:
        str(error).encode(errors="strict")
        return
    assert Plan.of(from_json(to_json(known.as_dict()))) == known
    assert len(known.island_models) >= 1


def main() -> None:
    """Fuzz, beginning with the corpus."""
    fields = [*asdict(Settings()), *asdict(Prompts()), "population", "null", "true", "1e999", "[]"]
    fuzz(
        "inputs", one_input, [*fields, " = ", "${", "$source", "$$", "a", ".py", ".c", "../secret"]
    )


if __name__ == "__main__":
    main()
