"""Walls around untrusted code, and the judge of it. Knows nothing of agents."""

from sandbox.limits import Limits
from sandbox.session import End, Event, Guest, Message, Sandbox, SandboxError, Session

__all__ = ["End", "Event", "Guest", "Limits", "Message", "Sandbox", "SandboxError", "Session"]
