"""Why a life ended, and why a run ended: two questions with different answers."""

from __future__ import annotations

from enum import StrEnum


class Cause(StrEnum):
    """How a life ends. Everything here is death."""

    CRASHED = "crashed"
    """An exception left the organism's loop, or its interpreter broke."""
    ENDED = "ended"
    """The loop returned."""
    FINISHED = "finished"
    """It did what it was asked, and said so with a result."""
    GAVE_UP = "gave_up"
    """It said that it cannot do what it was asked."""
    HARM = "harm"
    """Its code acted on the host or on the wall."""
    FUEL = "fuel"
    """It computed longer than the CPU budget between two heartbeats."""
    MEMORY = "memory"
    """A MemoryError left the loop."""
    OUTPUT = "output"
    """It printed or said more than allowed."""
    HANG = "hang"
    """No heartbeat within the wall-clock limit."""
    STARVED = "starved"
    """A hazard of its environment took it."""
    PROTOCOL = "protocol"
    """It sent the host something that is not a message."""
    WORKER = "worker"
    """The wall itself broke."""


class Stop(StrEnum):
    """How a run stops while its organism could live on."""

    BUDGET = "budget"
    PAUSED = "paused"
    KILLED = "killed"
    UNREACHABLE = "unreachable"
    """The model could not be reached."""
    FAILED = "failed"
    """Something in the host broke; the error was raised to the caller."""
