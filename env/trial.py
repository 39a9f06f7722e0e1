"""What a function does, found out by running it where its author cannot interfere.

The function runs in a fresh instance behind the same wall, on inputs that the host chooses. What
comes back is what it returned and printed there; nothing that the organism says of itself counts.
"""

from __future__ import annotations

import ast
import hashlib
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cachetools import LRUCache, cached

from autoagent.death import Cause
from autoagent.host import Idle
from autoagent.life import CodePolicy, Death, Heartbeat, Life
from autoagent.llm.framing.query import in_words
from sandbox.limits import Limits
from sandbox.parsing import parse, statements
from sandbox.session import Sandbox

LIMITS = Limits(fuel=3_000_000_000, memory_mb=128, wall_seconds=30.0, output_bytes=1 << 16)
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

HARNESS = """
def _trial(
    key, name, inputs, source, run=exec, names=globals, say=ask_model, write=print,
    told=last_outcome, count=len, kind=type, failure=Exception, one=self
):
    one.response = ""
    run(source)
    function, results, before = names()[name], [], count(told()["stdout"])
    for arguments in inputs:
        write({border!r})
        try:
            results.append("%.{longest}r" % (function(*arguments),))
        except failure as error:
            results.append("raised %.{longest}s" % (kind(error).__name__,))
    told = [result.encode("utf-8", "surrogatepass").hex() for result in results]
    say("%s\\n%d\\n%s" % (key, before, "\\n".join(told)))

_trial({key!r}, {name!r}, {inputs!r}, {source})
"""
"""Nothing of the function's author runs before this has all that it needs in variables of its own,
which no code can reach: neither the names that it uses can be replaced, nor the key be read. What
it says has no part that the author's code makes: it is told in digits, letter by letter."""

BALLAST = """
_ballast = [("." * size, object(), [size]) for size in range(0, 500, 8) for _ in range(7)]
def build_query(self):
    return ""
"""
"""Moves what comes after it to other addresses, and draws no chance for a query."""


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
    key: str,
    ballast: bool = False,
    policy: CodePolicy = "strict",
) -> Behaviour | None:
    """Run a function in a fresh instance, unless it was tried on the same inputs before.

    An instance is a function of what enters it, so a second trial would show the same. Behind a
    wall that leaves something undetermined it need not, and nothing is remembered.

    Args:
        sandbox: The wall.
        name: The function's name.
        source: Code that defines it, and what it needs.
        inputs: The arguments of each call, plain Python values.
        key: What the function cannot know: a message without it is not the harness's.
        ballast: Whether more is in memory, so that addresses there are others.
        policy: As for the organism.

    Returns:
        What it did; None where that cannot be told: it did not end, did harm, or is no function.
    """
    run = _run if sandbox.undetermined else _remembered
    try:
        return run(sandbox, name, source, inputs, key, ballast, policy)
    except _Untold:
        return None


class _Untold(Exception):
    """What a function does cannot be told, this time; an exception is not remembered."""


def _run(
    sandbox: Sandbox,
    name: str,
    source: str,
    inputs: Sequence[Arguments],
    key: str,
    ballast: bool,
    policy: CodePolicy,
) -> Behaviour:
    code = HARNESS.format(
        source=repr(source).replace("`", "\\x60"),  # no fence of an answer may be seen in it
        name=name,
        longest=LONGEST_OUTPUT,
        inputs=[tuple(each) for each in inputs],
        border=BORDER,
        key=key,
    )
    answers = [BALLAST, code] if ballast else [code]
    for _ in range(MOST_ATTEMPTS):
        event = _lived(Life(sandbox, limits=LIMITS, policy=policy, host=Idle(lambda: 0.0)), answers)
        if isinstance(event, Heartbeat):
            return _told(event, key, len(inputs))
        if event.cause is not Cause.WORKER:
            break
    raise _Untold


def digest(*values: object) -> bytes:
    """Return what stands for values in few bytes: equal where their `repr` is, and only there."""
    return hashlib.sha256(repr(values).encode()).digest()


def _same(
    sandbox: Sandbox, name: str, source: str, inputs: Sequence[Arguments], key: str, *how: object
) -> bytes:
    """Return what two trials have in common that show the same; the key is not part of it."""
    return digest(sandbox.name, sandbox.build, name, source, inputs, *how)


def _size(behaviour: Behaviour) -> int:
    """Return how many bytes it takes to remember a behaviour."""
    return OVERHEAD + sum(map(sys.getsizeof, (*behaviour.results, behaviour.printed)))


_remembered = cached(LRUCache(REMEMBERED, _size), key=_same, lock=threading.Lock())(_run)


def _lived(life: Life, answers: Sequence[str]) -> Heartbeat | Death:
    """Return what comes of the last answer in a life."""
    try:
        event = life.begin("trial")
        for answer in answers:
            event = life.answer(answer) if life.alive else event
        return event
    finally:
        life.close()


def _told(event: Heartbeat, key: str, calls: int) -> Behaviour:
    """Return the behaviour that the harness tells of.

    Raises:
        _Untold: Somebody else speaks.
    """
    told, *lines = in_words(event.query).split("\n")
    if told != key or len(lines) != calls + 1:
        raise _Untold
    try:
        before = int(lines[0])
        results = [bytes.fromhex(line).decode("utf-8", "surrogatepass") for line in lines[1:]]
    except ValueError:
        raise _Untold from None
    return Behaviour(tuple(results), event.outcome.stdout[before:])
