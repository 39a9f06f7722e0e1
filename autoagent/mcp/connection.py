"""A server and the conversation with it, for callers that are not asynchronous."""

from __future__ import annotations

import tempfile
from concurrent.futures import Future
from contextlib import suppress
from typing import Any

import anyio
from anyio.abc import TaskStatus
from anyio.from_thread import BlockingPortal
from mcp import Client, MCPError
from mcp.types import CONNECTION_CLOSED, CallToolResult, Tool

from autoagent.mcp.reach import transport
from autoagent.printable import printable
from autoagent.skills import SkillError

OPENING_SECONDS = 30.0
CALL_SECONDS = 60.0
MOST_TOOLS = 64
MOST_PAGES = 16
LONGEST_REASON = 500
UNKNOWN = "it is unknown whether it happened"


class Connection:
    """A server that is started, or reached, when it is needed, and again when it is gone.

    It may ask nothing of us: sampling, roots and elicitation are refused by the library, since
    nothing here offers them.

    Args:
        where: A command or a URL, as `autoagent.mcp.reach.checked` lets it pass.
        portal: The event loop that it lives in.
    """

    def __init__(self, where: str, portal: BlockingPortal) -> None:
        self.where = where
        self._portal = portal
        self._open: tuple[Future[None], Client, anyio.Event] | None = None
        self._complaints = tempfile.TemporaryFile("w+", errors="replace")  # noqa: SIM115

    def tools(self) -> list[Tool]:
        """Return the tools that it offers, as far as they are not too many.

        Raises:
            ValueError: It cannot be reached, or offers none that can be understood.
        """
        try:
            return self._portal.call(self._listed, self._client())
        except Exception as error:  # a stranger's program may end in any way
            raise ValueError(f"the MCP server {self.where!r} {self._reason(error)}") from error

    def call(self, tool: str, arguments: dict[str, Any]) -> CallToolResult:
        """Call a tool.

        Raises:
            SkillError: There is no result; the message says why, for the organism.
        """
        try:
            client = self._client()
        except Exception as error:
            raise SkillError(f"its server {self._reason(error)}") from error
        try:
            result: CallToolResult = self._portal.call(self._called, client, tool, arguments)
        except TimeoutError:
            raise SkillError(f"no result within {CALL_SECONDS:g} s: {UNKNOWN}") from None
        except MCPError as error:
            if error.code == CONNECTION_CLOSED:
                self.close()
                raise SkillError(f"its server ended in the middle of this: {UNKNOWN}") from error
            raise SkillError(f"its server refuses: {_short(error)}") from error
        except Exception as error:
            raise SkillError(f"its server sent no proper result: {_short(error)}") from error
        return result

    def close(self) -> None:
        """End the conversation, and a server that was started for it."""
        if self._open is None:
            return
        (ended, _, closing), self._open = self._open, None
        self._portal.call(closing.set)
        with suppress(Exception):  # it may have broken off before
            ended.result()

    def _client(self) -> Client:
        if self._open is not None and self._open[0].done():
            self.close()
        if self._open is None:
            ended, (client, closing) = self._portal.start_task(self._served)
            self._open = (ended, client, closing)
        return self._open[1]

    async def _served(self, *, task_status: TaskStatus[tuple[Client, anyio.Event]]) -> None:
        closing = anyio.Event()
        self._complaints.seek(0)
        self._complaints.truncate()
        with anyio.CancelScope(deadline=anyio.current_time() + OPENING_SECONDS) as opening:
            async with Client(transport(self.where, self._complaints), cache=None) as client:
                opening.deadline = float("inf")
                task_status.started((client, closing))
                await closing.wait()
        if opening.cancelled_caught:
            raise TimeoutError

    async def _listed(self, client: Client) -> list[Tool]:
        tools: list[Tool] = []
        cursor = None
        with anyio.fail_after(OPENING_SECONDS):
            for _ in range(MOST_PAGES):
                page = await client.list_tools(cursor=cursor)
                tools += page.tools
                cursor = page.next_cursor
                if cursor is None or len(tools) >= MOST_TOOLS:
                    break
        return tools[:MOST_TOOLS]

    async def _called(self, client: Client, tool: str, arguments: dict[str, Any]) -> CallToolResult:
        with anyio.fail_after(CALL_SECONDS):
            return await client.call_tool(tool, arguments)

    def _reason(self, error: Exception) -> str:
        """Say why a server cannot be spoken with, in its own last words if it has some."""
        if isinstance(error, TimeoutError):
            return f"does not answer within {OPENING_SECONDS:g} s"
        self._complaints.seek(0)
        said = self._complaints.read().strip()
        return f"cannot be used: {_short(said.rpartition(chr(10))[2] if said else error)}"


def _short(reason: object) -> str:
    """Return a stranger's words, on one line and not too many."""
    while isinstance(reason, BaseExceptionGroup):
        reason = reason.exceptions[0]
    text = " ".join(str(reason).split()) or type(reason).__name__
    return printable(text[:LONGEST_REASON])
