"""The contract between a host and what it keeps behind a wall.

A guest is a Python program that can do one thing to the outside: say a message and wait for
the reply. A wall (`Sandbox`) starts guests; a `Session` is one running guest. Whatever a guest
says is data from a stranger: text of bounded length, and nothing more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from sandbox.limits import Limits

EndCause = Literal["returned", "fuel", "memory", "output", "hang", "trap", "protocol", "worker"]


class SandboxError(Exception):
    """A wall cannot be built or started; the message says what to do about it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """A program to be carried behind a wall.

    Attributes:
        modules: Dotted module name to source text; parent packages are made as needed.
        entry: ``"module:function"``; the function takes the argument text and a ``host``
            function (message text to reply text), and returns a text.
        preload: Standard modules to import before the guest starts, since a wall may have no
            files to import them from later.
        packages: Installed packages to carry along, by import name.
    """

    modules: Mapping[str, str]
    entry: str
    preload: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Message:
    """The guest said `text` and waits; `fuel` is what it used since refuelled, or None."""

    text: str
    fuel: int | None


@dataclass(frozen=True, slots=True)
class End:
    """The guest is gone.

    Attributes:
        cause: ``returned`` when its entry function returned (`detail` is what it returned),
            otherwise the limit that it hit, ``trap`` when it broke its own interpreter or
            reached for something outside its world, ``protocol`` when what it wrote to the
            host is no message, ``worker`` when the wall itself died, or the host lacked what it
            takes to start a guest.
        detail: Text returned by the guest, or what the wall has to say about the end.
        fuel: Fuel used since it was last refuelled; None when unknown.
    """

    cause: EndCause
    detail: str
    fuel: int | None


Event = Message | End


class Session(Protocol):
    """One guest behind a wall, alive until it gives an `End` or is closed."""

    @property
    def event(self) -> Event:
        """What the guest said last."""
        ...

    def resume(self, reply: str, *, now: float, refuel: bool = True) -> Event:
        """Give the guest the reply that it waits for, and wait for its next word.

        Args:
            reply: The text that its ``host`` call returns.
            now: The time that its clock shows from here on, in seconds since the epoch.
            refuel: Whether its fuel is set back to the limit.
        """
        ...

    def close(self) -> None:
        """End the guest. Closing twice is fine."""
        ...


class Sandbox(Protocol):
    """A wall that guests can be started behind."""

    name: str
    build: str
    """Content hash of the guest build: replays are exact only against the same one."""
    undetermined: tuple[str, ...]
    """What two equal lives may differ in behind this wall, in words; empty where nothing."""
    counts_fuel: bool
    """Whether CPU is counted in fuel; if not, it is limited in seconds and `fuel` is None."""

    def start(
        self,
        argument: str,
        limits: Limits,
        *,
        seed: int,
        now: float,
    ) -> Session:
        """Start a fresh guest, and wait for its first word.

        Args:
            argument: Text handed to the guest's entry function.
            limits: What it may spend.
            seed: Everything random inside the guest follows from it.
            now: What its clock shows at the start, in seconds since the epoch.
        """
        ...

    def close(self) -> None:
        """End every guest and give all resources back."""
        ...
