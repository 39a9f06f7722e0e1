"""What a function does, found out by running it where its author cannot interfere.

The function runs in a fresh instance behind the same wall, on inputs that the host chooses. What
comes back is what it returned and printed there; nothing that the organism says of itself counts.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from autoagent.life import Heartbeat, Life, Policy
from autoagent.message import MalformedError, parsed
from sandbox.limits import Limits
from sandbox.session import Sandbox

LIMITS = Limits(fuel=3_000_000_000, memory_mb=128, wall_seconds=5.0, output_bytes=1 << 16)
LONGEST_OUTPUT = 200
MOST_PARAMETERS = 3
Arguments = Sequence[object]

HARNESS = """
{definitions}

def _try(arguments):
    try:
        return repr({name}(*arguments))[:{longest}]
    except Exception as error:
        return "raised " + type(error).__name__

def _trial():
    import json
    results = []
    for arguments in {inputs!r}:
        print({border!r})
        results.append(_try(arguments))
    ask_model(json.dumps({{"kind": {key!r}, "results": results}}))

_trial()
"""


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What a function did, call by call.

    Attributes:
        results: The `repr` of what it returned, or ``raised NAME``.
        printed: What it printed in all calls, with a line between them.
    """

    results: tuple[str, ...]
    printed: str

    @property
    def is_blank(self) -> bool:
        """Whether it did nothing that can be seen: all calls failed, or gave and said nothing."""
        silent = all(result == "None" or result.startswith("raised ") for result in self.results)
        return silent and not self.printed.replace(BORDER, "").strip()


BORDER = "--"


def parameters(source: str) -> int | None:
    """Return how many arguments a function takes; None where `source` is no plain function.

    A method is none, nor is anything with decorators, with required keywords, or with more than
    `MOST_PARAMETERS` parameters.
    """
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    if len(body) != 1 or not isinstance(body[0], ast.FunctionDef):
        return None
    function = body[0]
    names = [each.arg for each in (*function.args.posonlyargs, *function.args.args)]
    required = len(names) - len(function.args.defaults)
    keywords = [value for value in function.args.kw_defaults if value is None]
    odd = function.decorator_list or keywords or names[:1] == ["self"]
    return None if odd or required > MOST_PARAMETERS else required


def trial(
    sandbox: Sandbox,
    name: str,
    definitions: Mapping[str, str],
    inputs: Sequence[Arguments],
    *,
    key: str,
    policy: Policy = "strict",
) -> Behaviour | None:
    """Run a function in a fresh instance.

    Args:
        sandbox: The wall.
        name: The function's name.
        definitions: Sources, by name: the function, and those that it may call.
        inputs: The arguments of each call, plain Python values.
        key: What the function cannot know: a message without it is not the harness's.
        policy: As for the organism.

    Returns:
        What it did; None where that cannot be told: it did not end, did harm, or is no function.
    """
    code = HARNESS.format(
        definitions="\n\n".join(definitions.values()),
        name=name,
        longest=LONGEST_OUTPUT,
        inputs=[tuple(each) for each in inputs],
        border=BORDER,
        key=key,
    )
    life = Life(sandbox, limits=LIMITS, policy=policy, clock=lambda: 0.0)
    try:
        life.begin("trial")
        event = life.answer(f"```python\n{code}\n```")
    finally:
        life.close()
    if not isinstance(event, Heartbeat):
        return None
    try:
        message = parsed(event.query)
    except MalformedError:
        return None
    results = message.get("results")
    if message["kind"] != key or not isinstance(results, list) or len(results) != len(inputs):
        return None
    return Behaviour(tuple(map(str, results)), event.outcome.stdout)


def described(behaviour: Behaviour) -> str:
    """Return a behaviour as one text, equal for equal behaviours alone."""
    return json.dumps([behaviour.results, behaviour.printed])
