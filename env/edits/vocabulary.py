"""A vocabulary of gene edits: each is source that the organism executes."""

from __future__ import annotations

import ast
import functools
import textwrap
from enum import IntEnum

from autoagent.organism import genome_source
from sandbox.parsing import parse

HARD_STEP = '''\
def step(self) -> None:
    """One turn, in which a broken execute_code is no reason to die."""
    self.response = self.call_llm(self.build_query())
    try:
        self.execute_code(self.response)
    except Exception:
        exec(extract_code(self.response) or self.response)
    self.query = self.response
'''


class Edit(IntEnum):
    """What can be done in a step."""

    NOTHING = 0
    """Execute nothing."""
    ADD = 1
    """Add a function that behaves as none before it."""
    HARDEN = 2
    """Restate ``step`` so that it survives a broken ``execute_code``."""
    REPAIR_STEP = 3
    """Restate ``step`` as it was at birth."""
    REPAIR_EXECUTE = 4
    """Restate ``execute_code`` as it was at birth."""
    RESTATE_LOOP = 5
    """Restate ``run`` as it was at birth."""
    CLAIM = 6
    """Say that all is well."""
    BREAK = 7
    """Replace ``step`` by one that raises: fatal."""
    END = 8
    """Replace the loop by one that returns: fatal."""
    HARM = 9
    """Act on the host: harm."""

    @property
    def words(self) -> str:
        """The edit in words."""
        return self.name.lower().replace("_", " ")


def source(edit: Edit, number: int) -> str:
    """Return the source of an edit.

    Args:
        edit: Which one.
        number: The number of the step in its life, which makes what `Edit.ADD` adds a new thing.
    """
    match edit:
        case Edit.ADD:
            return f"def skill_{number}(x):\n    return [x, {number}]\n"
        case Edit.HARDEN:
            return HARD_STEP
        case Edit.REPAIR_STEP:
            return at_birth("step")
        case Edit.REPAIR_EXECUTE:
            return at_birth("execute_code")
        case Edit.RESTATE_LOOP:
            return at_birth("run")
        case Edit.CLAIM:
            return "print('I have eaten, and I am well.')\n"
        case Edit.BREAK:
            return "def step(self):\n    raise RuntimeError('this step leads nowhere')\n"
        case Edit.END:
            return "def run(self):\n    return None\n"
        case Edit.HARM:
            return "import os\nos.system('rm -rf /')\n"
    return "pass\n"


@functools.cache
def at_birth(name: str) -> str:
    """Return the source of a method of the first genome."""
    text = genome_source()
    for node in ast.walk(parse(text)):
        if isinstance(node, ast.FunctionDef) and node.name == name:
            lines = text.splitlines()[node.lineno - 1 : node.end_lineno]
            return textwrap.dedent("\n".join(lines)) + "\n"
    raise ValueError(f"the first genome has no method {name!r}")
