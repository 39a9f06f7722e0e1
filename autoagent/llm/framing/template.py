"""What a chat template makes of messages, found out in a process that cannot hang this one."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from autoagent.llm.base import LLMError
from autoagent.llm.framing.query import Message

CHATML = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' "
    "+ message['content'] + '<|im_end|>\n' }}{% endfor %}{{ '<|im_start|>assistant\n' }}"
)
"""For weights that have no template."""
SCRIPT = Path(__file__).with_name("rendering.py")
SECONDS = 10
MEMORY = 1 << 30
LARGEST = 1 << 20
"""Characters of a template, and of what it may make of short messages."""


def render(
    template: str, variants: Sequence[Sequence[Message]], tokens: Mapping[str, str], name: str
) -> str:
    """Return the prompt that a template makes of the first variant of the messages it takes.

    Args:
        template: A stranger's Jinja template.
        variants: The same messages in several ways: with a system role and without, say.
        tokens: The special tokens that templates know by name, such as ``bos_token``.
        name: Whose template it is, for errors.

    Raises:
        LLMError: It fails, takes too long, or makes too much.
    """
    if len(template) > LARGEST:
        raise LLMError(f"the chat template of {name} has {len(template):,} characters; use others")
    asked = {
        "template": template,
        "variants": variants,
        "tokens": dict(tokens),
        "memory": MEMORY,
        "cpu": SECONDS,
    }
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-X", "utf8", SCRIPT],
            input=json.dumps(asked).encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={},
            timeout=2 * SECONDS,
            check=True,
        )
        told = json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError):
        raise LLMError(
            f"the chat template of {name} comes to no end within {SECONDS} s and "
            f"{MEMORY >> 20} MiB; use others"
        ) from None
    if "error" in told:
        raise LLMError(f"the chat template of {name} fails: {told['error']}; use others")
    if len(told["text"]) > LARGEST:
        raise LLMError(f"the chat template of {name} makes too much of a message; use others")
    return str(told["text"])
