"""A trial: what a function does, in an instance in which nothing else of its author has run.

It is begun like a life, and then asks its host once what to try, so that it can be kept ready. It
says nothing after that, and returns what it found. So whatever else is said, or is no account, is
the doing of what is tried.
"""

from __future__ import annotations

import json
import marshal
from binascii import a2b_base64
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sandbox.verdict import Verdict

if TYPE_CHECKING:
    from autoagent.organism.world import World

READY = "ready"
"""What it says when it waits for something to try."""


def tried(world: World, birth: dict[str, Any], host: Callable[[str], str]) -> str:
    """Try what the host says; return what it gave and printed, as JSON, or nothing if it cannot."""
    world.wake(birth, host)
    world.be_born("", {"base": next(iter(world.prepared)), "text": ""})
    world.living = True
    told = json.loads(host(READY))
    sizes = range(0, 500, 8) if told["ballast"] else ()
    ballast = [("." * size, object(), [size]) for size in sizes for _ in range(7)]
    try:
        account = json.dumps(_account(world, told))
    except BaseException:  # leaving is no way to tell of it
        account = ""
    del ballast  # which was there to have all that came after it at other addresses
    return account


def _account(world: World, told: dict[str, Any]) -> dict[str, Any]:
    """Run the source, which the host has judged, and then the function, call by call."""
    calls, results = marshal.loads(a2b_base64(told["inputs"])), list[str]()
    world.judged = told["source"], Verdict.of(told["verdict"])
    world.run_code(told["source"], world.namespace, world.names)
    function = world.namespace[told["name"]]
    world.account.output.take()
    for arguments in calls:
        world.write(told["border"])
        try:
            results.append(f"%.{told['longest']}r" % (function(*arguments),))
        except Exception as error:
            results.append(f"raised %.{told['longest']}s" % (type(error).__name__,))
    return {"results": results, "printed": world.account.output.take()}
