"""What the tools of a server share, and how they are found."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

from autoagent.life import CodePolicy
from sandbox.extensions import Extensions
from sandbox.limits import Limits
from sandbox.session import Sandbox


@dataclass(frozen=True, kw_only=True)
class Offer:
    """What a server was told on its command line.

    Attributes:
        wall: What code lives behind.
        policy: Whether it is judged.
        limits: What one call may spend.
        sessions: How many sessions there may be.
        idle_seconds: After which one that is not used is closed.
        llm: The name of the model that tools may ask.
        closing: Closes what tools have opened, when the server ends.
    """

    wall: Sandbox
    policy: CodePolicy
    limits: Limits
    sessions: int
    idle_seconds: float
    llm: str
    closing: ExitStack = field(default_factory=ExitStack)


TOOLS: Extensions[Callable[[Any, Offer], None]] = Extensions("autoagent.tools", "tool")
"""What adds tools to a server (an `mcp.server.MCPServer`), by name."""
