"""Tasks in the format of Harbor (https://www.harborframework.com/docs/tasks), for any agent.

A task is a folder: what is asked, the agent's container with the files, and how it is judged. Tasks
about an organism's own methods have no meaning for other agents, and are left out.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

from autoagent.files import write_text
from autoagent.tasks.examiner import Examiner
from autoagent.tasks.task import Task

APP = "/app"
INSTRUCTION = """{prompt}

You work in the folder {app}, with Python 3.{files}
What you finish with, write as JSON into {app}/result.json.
"""
SETTINGS = """schema_version = "1.1"

[task]
name = "autoagent/{name}"
description = {title}

[metadata]
category = "{kind}"
difficulty = "{level}"
seed = {seed}

[verifier]
timeout_sec = 300.0

[agent]
timeout_sec = 900.0

[environment]
build_timeout_sec = 600.0
"""
CONTAINER = f"""FROM python:3.13-slim
WORKDIR {APP}
COPY app/ {APP}/
"""
JUDGE = f"""#!/bin/bash
python3 /tests/verifier.py {APP} /logs/verifier
"""


def portable(tasks: Sequence[Task]) -> list[Task]:
    """Return those tasks that any agent can do.

    Raises:
        ValueError: There are none.
    """
    found = [task for task in tasks if task.kind != "self"]
    if not found:
        raise ValueError(
            "tasks of the kind self are about an organism's own methods, and mean nothing to other "
            "agents; choose others, such as --tasks compute,program,files"
        )
    return found


def export(task: Task, folder: Path, *, examiner: Examiner, seed: int) -> Path:
    """Write a task into a folder of its name in another folder, and return that.

    Raises:
        OSError: It cannot be written.
        ValueError: The task is broken.
    """
    posed = examiner.pose(task, seed)
    given: dict[str, str] = posed.get("files", {})
    named = f" There are the files {', '.join(sorted(given))}." if given else ""
    instruction = INSTRUCTION.format(prompt=posed["prompt"], app=APP, files=named)
    settings = SETTINGS.format(
        name=task.name,
        title=json.dumps(task.title),  # a text of JSON is one of TOML
        kind=task.kind,
        level=task.level,
        seed=seed,
    )
    texts = {
        "instruction.md": instruction,
        "task.toml": settings,
        "environment/Dockerfile": CONTAINER,
        "environment/app/.keep": "",
        **{f"environment/app/{name}": text for name, text in given.items()},
        "tests/test.sh": JUDGE,
        "tests/verifier.py": _text("verifier.py"),
        "tests/inside.py": _text("inside.py"),
        "tests/task.py": task.source,
        "tests/posed.json": json.dumps(posed),
    }
    place = folder / task.name
    for name, text in texts.items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        write_text(place / name, text)
    return place


def _text(name: str) -> str:
    return (files("autoagent.tasks") / name).read_text("utf-8")
