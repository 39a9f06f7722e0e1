"""What an organism's own code finds of the world below it: its class's root, and some functions.

Its genome is made of these and of nothing else that others could not have.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from autoagent.organism.account import LOOP_STATE
from autoagent.organism.extract import extract_code
from autoagent.organism.faults import GENOME
from autoagent.organism.inventory import called, is_data, passing, shown, sized
from autoagent.organism.sources import takes_self
from autoagent.organism.trial import tried
from autoagent.organism.world import CLASS, world
from sandbox.rules import ALLOWED_MODULES


class Body:
    """What every organism inherits: assignment binds methods, missing names are looked up.

    The namespace that executed code defines its functions and variables in is part of the
    organism: ``self.greet()`` finds a ``greet`` that was defined without ``self``.
    """

    def __setattr__(self, name: str, value: object) -> None:
        """Set an attribute; a function that takes ``self`` becomes a method."""
        if takes_self(value):
            vars(self).pop(name, None)
            setattr(type(self), name, value)
        else:
            object.__setattr__(self, name, value)
        world.account.touched.add(name)

    def __getattr__(self, name: str) -> Any:
        """Fall back to the names that executed code defined."""
        if name in world.namespace and not name.startswith("__"):
            return world.namespace[name]
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    def finish(self, result: object = None) -> None:
        """End this life well, with a result: once the block that says so has raised nothing."""
        finish(result)

    def give_up(self, reason: str = "") -> None:
        """End this life without a result."""
        give_up(reason)

    def checkpoint(self) -> None:
        """Remember all definitions as they are now: methods, functions and classes."""
        world.definitions.checkpoint()

    def restore(self) -> None:
        """Put all definitions back as they were at the last checkpoint."""
        world.definitions.restore()

    def everything(self) -> dict[str, object]:
        """Return all attributes, methods and defined names."""
        methods = {n: getattr(self, n) for n in vars(type(self)) if n[:2] != "__" and n != "state"}
        return {**world.definitions.variables(), **methods, **vars(self)}


def ask_model(query: Any) -> str:
    """Ask the language model: the heartbeat. A query is a text, or a list of messages."""
    return world.heartbeat(query)


def finish(result: object = None) -> None:
    """End this life well, with a result that is JSON.

    Raises:
        ValueError: The result is none.
    """
    world.wants("finished", result)


def give_up(reason: str = "") -> None:
    """End this life without a result."""
    world.wants("gave_up", str(reason))


def use_skill(name: str, arguments: dict[str, Any]) -> Any:
    """Let the host perform a skill."""
    return world.skill(name, arguments)


def last_outcome() -> dict[str, Any]:
    """Return what came of the last answer.

    What the code executed since the last heartbeat printed, its ``error`` and the ``traceback``
    of that; whether the answer was ``refused`` as it stands, so that nothing of it was executed;
    whether it was ``cut`` at its longest length, and whether the query was ``shortened`` to fit the
    model.
    """
    account, told = world.account, world.told
    return {
        "stdout": "".join(account.output.parts),
        "error": account.error,
        "traceback": account.traceback,
        "refused": account.refused,
        "cut": bool(told.get("cut")),
        "shortened": bool(told.get("shortened")),
    }


def surroundings() -> dict[str, Any]:
    """Return what the host tells of this life.

    Its ``policy``, the ``modules`` that can be imported, the ``skills``, the names of the ``files``
    that it was born with, the most ``tokens`` of an answer and those of the model's whole
    ``context`` (None if unknown), how long a step may compute in ``seconds`` and take in
    ``memory_mb``, how many ``answers`` it was given, and what is ``left`` of each bound of the
    budget.
    """
    told, birth = world.told, world.birth
    return {
        "policy": world.policy,
        "modules": sorted(ALLOWED_MODULES),
        "skills": dict(world.skills),
        "files": sorted(birth.get("files", {})),
        "tokens": birth["told"].get("tokens"),
        "context": birth["told"].get("context"),
        "seconds": birth["told"].get("seconds", 10),
        "memory_mb": birth["told"].get("memory_mb", 256),
        "answers": world.answers,
        "left": dict(told.get("left", {})),
    }


def source_of(organism: object, name: str) -> str:
    """Return the current source of a method or function of the organism.

    Raises:
        AttributeError: There is no definition of that name.
    """
    definitions = world.definitions.all()
    if name not in definitions:
        known = ", ".join(sorted(definitions))
        raise AttributeError(f"no method or function is named {name!r}; there are: {known}")
    return world.definitions.source(definitions[name])


def describe(organism: object, most: int = 6, full: bool = False) -> list[str]:
    """List what the organism remembers and what it can call, the newest of each last.

    Args:
        organism: Itself.
        most: How many of each.
        full: Whether with sizes and with defaults of parameters, and without what loops have left
            and what stands in place of a method that it was born with.
    """
    definitions, inborn, variables = world.definitions, world.inborn, world.definitions.variables()
    methods = vars(type(organism))
    own = {n: methods[n] for n in methods if n[:2] != "__" and n not in inborn.methods}
    attributes = vars(organism)
    own.update((n, attributes[n]) for n in attributes if n not in inborn.attributes | LOOP_STATE)
    known = {f"self.{name}": value for name, value in own.items()}
    hidden = {CLASS, *own}
    if full:
        hidden.update(n for n in inborn.methods if variables.get(n) in definitions)
        hidden |= passing(t for file, t in world.texts.items() if not file.startswith(GENOME))
    known.update((n, v) for n, v in variables.items() if n not in hidden)
    calls = [called(n, v, full=full) for n, v in known.items() if v in definitions]
    data = [(n, v) for n, v in known.items() if is_data(v) and v not in definitions]
    told = [sized(n, v) if full else f"{n} = {shown(v)}" for n, v in data]
    return told[-most:] + calls[-most:]


world.offer(
    Body,
    ask_model=ask_model,
    describe=describe,
    extract_code=extract_code,
    finish=finish,
    give_up=give_up,
    last_outcome=last_outcome,
    source_of=source_of,
    surroundings=surroundings,
    use_skill=use_skill,
)


def prepare(*genomes: str) -> None:
    """Make the organism's classes from their sources; done once, before any life starts."""
    for genome in genomes:
        kind = world.make(genome)
        world.prepared[genome] = kind
        for definition in vars(kind).values():
            world.definitions.source(definition)  # found now, it is known to every life


def main(argument: str, host: Callable[[str], str]) -> str:
    """Entry point of the guest: `argument` is the birth record, as JSON, of a life or a trial."""
    birth = json.loads(argument)
    return tried(world, birth, host) if "trial" in birth else world.live(birth, host)
