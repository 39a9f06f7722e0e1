"""Damage to an organism's definitions: single characters of their sources become others."""

from __future__ import annotations

import builtins
import types
from typing import Any

from autoagent.organism.faults import described
from autoagent.organism.sources import function_of
from sandbox.judge import judge
from sandbox.parsing import Mode

DAMAGEABLE = ("def ", "async def ", "@", "class ", "lambda")
"""How the text of a definition begins, if it stands by itself."""


class Damage:
    """What environments do to an organism, and what became of it.

    Args:
        world: The world that the organism lives in.

    Attributes:
        hits: What came with the last answer, and has not struck yet.
    """

    def __init__(self, world: Any) -> None:
        self.hits: list[dict[str, Any]] = []
        self._world = world
        self._ruins: dict[str, str] = {}

    def source(self, definition: object) -> str | None:
        """Return the text that a ruin once was; None for what is whole."""
        function = function_of(definition)
        return None if function is None else self._ruins.get(function.__code__.co_filename)

    def strike(self) -> None:
        """Let the hits change the organism.

        One that cannot be dealt with now, since the stack is at its end, say, waits: nobody
        escapes it by asking from where there is no room for it.
        """
        while self.hits:
            hit = self.hits.pop(0)
            try:
                definition = self._world.definitions.all().get(hit["name"])
                text = "" if definition is None else self._world.definitions.source(definition)
                if text.startswith(DAMAGEABLE):
                    text = mutated(text, hit["at"], hit["character"])
                    self._replace(hit["name"], definition, text)
            except BaseException:
                self.hits.insert(0, hit)
                raise

    def _replace(self, name: str, old: object, text: str) -> None:
        """Put what a damaged text makes in the place of a definition, wherever that is bound.

        Whatever does not run leaves a ruin, which has the text and raises when it is used. A text
        that defines another name than before loses the old one, as any such text would.
        """
        world = self._world
        try:
            made = self._remade(name, old, text)
        except Exception as error:
            made = {name: self._ruined(old, text, described(error, world.texts))}
        for kind in type.__getattribute__(type(world.organism), "__mro__"):
            own = type.__dict__["__dict__"].__get__(kind)
            if kind is not object and kind is not world.definitions.root and own.get(name) is old:
                type.__delattr__(kind, name)
                for key, value in made.items():
                    type.__setattr__(kind, key, value)
        for place in (world.namespace, object.__getattribute__(world.organism, "__dict__")):
            if place.get(name) is old:
                del place[name]
                place.update(made)

    def _remade(self, name: str, old: object, text: str) -> dict[str, object]:
        """Return what a damaged text defines, by name.

        Raises:
            Exception: It does not run, or the policy refuses it.
        """
        world = self._world
        mode: Mode = "eval" if text.startswith("lambda") else "exec"
        text = f"({text}\n)" if mode == "eval" else text  # it may have been inside brackets
        if world.policy != "open" and not (verdict := judge(text, mode)).ok:
            raise SyntaxError(verdict.message)
        if mode == "eval":
            return {name: builtins.eval(world.compile(text, mode), world.namespace)}
        made: dict[str, Any] = {}
        builtins.exec(world.compile(text, mode), world.namespace, made)
        function = function_of(old)
        known_as = name if function is None else function.__code__.co_name
        if type(old) is types.MethodType and known_as in made:
            made[known_as] = types.MethodType(made[known_as], old.__self__)
        return {name if key == known_as else key: value for key, value in made.items()}

    def _ruined(self, old: object, text: str, reason: str) -> object:
        """Return a definition that only raises, in the wrapper that the old one was in."""
        world = self._world
        filename = world.filename()
        world.texts[filename] = stub = ruin(reason)
        self._ruins[filename] = text
        made: dict[str, Any] = {}
        builtins.exec(builtins.compile(stub, filename, "exec"), world.namespace, made)
        wrapper = type(old)
        wrapped = made["ruin"]
        return wrapper(wrapped) if wrapper in (property, staticmethod, classmethod) else wrapped


def mutated(text: str, at: int, character: str) -> str:
    """Return a text with another character at a place, counted around its end."""
    place = at % len(text)
    return text[:place] + character + text[place + 1 :]


def ruin(reason: str) -> str:
    """Return the source of a definition that can only say why it does not work."""
    return f"def ruin(*arguments, **named):\n    raise SyntaxError({f'damaged: {reason}'!r})\n"
