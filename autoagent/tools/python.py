"""`run_python` and what belongs to it, as tools of a server."""

from __future__ import annotations

import threading
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import asdict
from typing import Any, Protocol, TypeVar

import anyio
from anyio import CapacityLimiter, to_thread
from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError

from autoagent.tools.console import Console, ConsoleError
from autoagent.tools.consoles import Consoles
from autoagent.tools.offer import Offer
from sandbox.session import SandboxError

LONGEST_SHOWN = 50_000
LARGEST_FILE = 1 << 20
AT_ONCE = 16
"""Calls that compute side by side; others wait for their turn."""
LOOKED_SECONDS = 5.0

T = TypeVar("T")


class Told(Protocol):
    """Does work in a thread; what goes wrong is told to whoever called the tool."""

    async def __call__(self, work: Callable[[], T]) -> T:
        """Do it."""
        ...


def offer(server: MCPServer[Any], given: Offer) -> None:
    """Add the tools."""

    def make() -> Console:
        return Console(given.wall, policy=given.policy, limits=given.limits)

    consoles = Consoles(make, most=given.sessions, idle_seconds=given.idle_seconds)
    _close_idle(consoles, given)
    limiter = CapacityLimiter(AT_ONCE)

    async def told(work: Callable[[], T]) -> T:
        try:
            return await to_thread.run_sync(work, abandon_on_cancel=True, limiter=limiter)
        except (ConsoleError, SandboxError) as error:
            raise ToolError(str(error)) from None

    _offer_running(server, consoles, told)
    _offer_files(server, consoles, told)
    _offer_sessions(server, consoles)


def _offer_running(server: MCPServer[Any], consoles: Consoles, told: Told) -> None:
    @server.tool()
    async def run_python(code: str, session: str = "main") -> dict[str, Any]:
        """Run Python in a sandbox without network; what it defines stays in the session.

        Returns what it printed, the value of the last expression, the error if there was one, and
        the files that changed. A call that takes too long leaves the session as it was before.
        """
        console = _now(lambda: consoles.get(session))
        try:
            ran = await told(lambda: console.run(code))
        except anyio.get_cancelled_exc_class():
            console.interrupt()  # whoever asked is gone
            raise
        return asdict(ran) | {"stdout": _cut(ran.stdout), "error": _cut(ran.error)}


def _offer_files(server: MCPServer[Any], consoles: Consoles, told: Told) -> None:
    @server.tool()
    async def write_file(name: str, text: str = "", base64: str = "", session: str = "main") -> str:
        """Put a file into the folder of a session: text, or any bytes in base64."""
        try:
            data = b64decode(base64, validate=True) if base64 else text.encode()
        except ValueError as error:
            raise ToolError(f"base64 is none: {error}") from None
        if len(data) > LARGEST_FILE:
            raise ToolError(f"{len(data):,} bytes are too many; at most {LARGEST_FILE:,}")
        await told(lambda: consoles.get(session).write(name, data))
        return f"{name}: {len(data)} bytes"

    @server.tool()
    async def read_file(name: str, session: str = "main") -> dict[str, str]:
        """Return a file of a session: as text, or in base64 where it is none."""
        held = _now(lambda: consoles.known(session)).files()
        if name not in held:
            raise ToolError(f"there is no file {name[:200]!r}; there are: {sorted(held)[:40]}")
        data = held[name]
        if len(data) > LARGEST_FILE:
            raise ToolError(f"{len(data):,} bytes are too many; at most {LARGEST_FILE:,}")
        try:
            return {"text": data.decode()}
        except UnicodeDecodeError:
            return {"base64": b64encode(data).decode()}


def _offer_sessions(server: MCPServer[Any], consoles: Consoles) -> None:
    @server.tool()
    async def interrupt(session: str = "main") -> bool:
        """Stop the call that a session is busy with; the session is then as before that call."""
        return _now(lambda: consoles.known(session)).interrupt()

    @server.tool()
    async def reset(session: str = "main") -> str:
        """End a session; the next use of its id begins a new one."""
        _now(lambda: consoles.drop(session))
        return "it is gone"

    @server.tool()
    async def fork(session: str, new: str) -> str:
        """Begin the session `new` with all that `session` has; both go on by themselves."""
        _now(lambda: consoles.fork(session, new))
        return f"{new} is as {session} is now"


def _now(work: Callable[[], T]) -> T:
    """Do what takes no time, and waits for no turn."""
    try:
        return work()
    except ConsoleError as error:
        raise ToolError(str(error)) from None


def _close_idle(consoles: Consoles, given: Offer) -> None:
    """Have sessions closed that nobody uses, and all of them at the end."""
    over = threading.Event()

    def watch() -> None:
        while not over.wait(min(LOOKED_SECONDS, given.idle_seconds)):
            consoles.close_idle()

    threading.Thread(target=watch, daemon=True).start()
    given.closing.callback(consoles.close)
    given.closing.callback(over.set)


def _cut(text: str) -> str:
    if len(text) <= LONGEST_SHOWN:
        return text
    return f"{text[:LONGEST_SHOWN]} [... {len(text) - LONGEST_SHOWN} characters more]"
