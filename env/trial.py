"""What a function does, found out by running it where its author cannot interfere.

The function runs in a fresh instance behind the same wall, on inputs that the host chooses. What
comes back is what it returned and printed there; nothing that the organism says of itself counts.
"""

from __future__ import annotations

import ast
import hashlib
import json
import marshal
import sys
import threading
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cachetools import LRUCache, cached

from autoagent.judging import judged
from autoagent.life import CodePolicy
from autoagent.message import MalformedError, parsed, typed
from env.instances import Fresh
from sandbox.parsing import parse, statements
from sandbox.session import End, Event, Message, Sandbox, Session

LONGEST_OUTPUT = 200
MOST_PARAMETERS = 3
MOST_HELPERS = 64
MOST_ATTEMPTS = 2
"""How often a trial is begun; the wall may break by no fault of the function."""
REMEMBERED = 1 << 25
"""Bytes of behaviours that are remembered."""
OVERHEAD = 512
"""Bytes that a behaviour takes up beside its texts."""
Arguments = Sequence[object]

BORDER = "--"


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


def parameters(name: str, source: str) -> int | None:
    """Return how many arguments a function takes; None where `source` is no plain function.

    A method is none, nor is anything with decorators, with required keywords, with more than
    `MOST_PARAMETERS` parameters, or with another name than it is known by.
    """
    body = statements(source)
    if (
        not body
        or len(body) != 1
        or not isinstance(body[0], ast.FunctionDef)
        or body[0].name != name
    ):
        return None
    function = body[0]
    names = [each.arg for each in (*function.args.posonlyargs, *function.args.args)]
    required = len(names) - len(function.args.defaults)
    keywords = [value for value in function.args.kw_defaults if value is None]
    odd = function.decorator_list or keywords or names[:1] == ["self"]
    return None if odd or required > MOST_PARAMETERS else required


def together(name: str, sources: Mapping[str, str]) -> str:
    """Return the source of a plain function, and of those that it may call, as one text."""
    wanted, found = [name], dict[str, str]()
    while wanted and len(found) <= MOST_HELPERS:
        each = wanted.pop()
        text = sources.get(each, "")
        if each in found or parameters(each, text) is None:
            continue
        found[each] = text
        for node in ast.walk(parse(text)):
            match node:
                case ast.Name(id=called) | ast.Attribute(attr=called):
                    wanted.append(called)
    return "\n\n".join(reversed(found.values()))


def trial(
    sandbox: Sandbox,
    name: str,
    source: str,
    inputs: Sequence[Arguments],
    *,
    ballast: bool = False,
    policy: CodePolicy = "strict",
    instances: Fresh | None = None,
) -> Behaviour | None:
    """Run a function in a fresh instance, unless it was tried on the same inputs before.

    An instance is a function of what enters it, so a second trial would show the same. Behind a
    wall that leaves something undetermined it need not, and nothing is remembered.

    Args:
        sandbox: The wall.
        name: The function's name.
        source: Code that defines it, and what it needs.
        inputs: The arguments of each call, plain Python values.
        ballast: Whether more is in memory, so that addresses there are others.
        policy: As for the organism.
        instances: Gives instances behind that wall, for that policy.

    Returns:
        What it did; None where that cannot be told: it did not end, did harm, or is no function.
    """
    run = _run if sandbox.undetermined else _remembered
    try:
        return run(instances or Fresh(sandbox, policy), name, source, inputs, ballast)
    except _Untold:
        return None


class _Untold(Exception):
    """What a function does cannot be told, this time; an exception is not remembered."""


def _run(
    instances: Fresh, name: str, source: str, inputs: Sequence[Arguments], ballast: bool
) -> Behaviour:
    told = json.dumps(
        {
            "name": name,
            "source": source,
            "verdict": _verdict(source, instances.policy),
            "inputs": _packed(inputs),
            "ballast": ballast,
            "border": BORDER + "\n",
            "longest": LONGEST_OUTPUT,
        }
    )
    for _ in range(MOST_ATTEMPTS):
        with instances.one() as session:
            event = _tried(session, told)
        if isinstance(event, End) and event.cause == "returned":
            return _behaviour(event.detail, len(inputs))
        if not (isinstance(event, End) and event.cause == "worker"):
            break
    raise _Untold


def _packed(inputs: Sequence[Arguments]) -> str:
    """Return the arguments of each call in the form that is read fastest behind the wall.

    In the second version of that form no two of them share an object, which a call might change.
    """
    return b64encode(marshal.dumps([tuple(each) for each in inputs], 2)).decode()


def _verdict(source: str, policy: CodePolicy) -> list[dict[str, Any]]:
    """Return the host's verdict, which takes a tenth of what judging behind the wall does.

    Raises:
        SandboxError: This machine cannot judge it in good time.
    """
    return [] if policy == "open" else judged(source).as_list()


def digest(*values: object) -> bytes:
    """Return what stands for values in few bytes: equal where their `repr` is, and only there."""
    return hashlib.sha256(repr(values).encode()).digest()


def _same(instances: Fresh, *trial: object) -> bytes:
    """Return what two trials have in common that show the same."""
    wall = instances.sandbox
    return digest(wall.name, wall.build, instances.policy, *trial)


def _size(behaviour: Behaviour) -> int:
    """Return how many bytes it takes to remember a behaviour."""
    return OVERHEAD + sum(map(sys.getsizeof, (*behaviour.results, behaviour.printed)))


_remembered = cached(LRUCache(REMEMBERED, _size), key=_same, lock=threading.Lock())(_run)


def _tried(session: Session, told: str) -> Event:
    """Return what comes of a trial; a guest that says anything in it has not behaved."""
    return session.resume(told, now=0.0) if isinstance(session.event, Message) else session.event


def _behaviour(account: str, calls: int) -> Behaviour:
    """Return the behaviour that a trial tells of.

    Raises:
        _Untold: It tells of none.
    """
    try:
        data = parsed(account, key="printed")
        results = typed(data, "results", list)
    except MalformedError:
        raise _Untold from None
    if len(results) != calls or not all(isinstance(each, str) for each in results):
        raise _Untold
    return Behaviour(tuple(results), data["printed"])
