"""Render a chat template: a script of its own, since a template is a stranger's program.

It reads ``{"template", "variants", "tokens"}`` as JSON and writes ``{"text"}`` of the first variant
of the messages that the template takes, or ``{"error"}`` of the last. `render` in `template.py`
starts and bounds it.
"""

from __future__ import annotations

import contextlib
import json
import resource
import sys
from datetime import datetime
from typing import Any, NoReturn

from jinja2.sandbox import ImmutableSandboxedEnvironment


def rendered(template: str, variants: list[list[dict[str, str]]], tokens: dict[str, str]) -> str:
    """Return what a template makes of the first variant of the messages that it takes.

    Raises:
        Exception: It takes none; a template fails in any way it likes.
    """
    environment = ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.loopcontrols"]
    )
    environment.filters["tojson"] = _tojson
    environment.globals |= {"raise_exception": _refuse, "strftime_now": datetime.now().strftime}
    compiled = environment.from_string(template)
    *others, last = variants
    for messages in others:
        try:
            return compiled.render(messages=messages, add_generation_prompt=True, **tokens)
        except Exception:  # it may refuse a role by any error
            continue
    return compiled.render(messages=last, add_generation_prompt=True, **tokens)


def _refuse(message: str) -> NoReturn:
    raise ValueError(message)


def _tojson(value: Any, **options: Any) -> str:
    return json.dumps(value, ensure_ascii=False, **options)


def main() -> None:
    """Render what standard input holds."""
    asked = json.load(sys.stdin)
    for kind, most in ((resource.RLIMIT_AS, asked["memory"]), (resource.RLIMIT_CPU, asked["cpu"])):
        with contextlib.suppress(OSError, ValueError):  # not every system bounds both
            resource.setrlimit(kind, (most, most))
    try:
        told = {"text": rendered(asked["template"], asked["variants"], asked["tokens"])}
    except BaseException as error:
        told = {"error": f"{type(error).__name__}: {error}"[:300]}
    json.dump(told, sys.stdout)


if __name__ == "__main__":
    main()
