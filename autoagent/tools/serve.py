"""A server of tools, over standard streams or HTTP on loopback."""

from __future__ import annotations

import hmac
import os
import signal
import socket
import threading
from typing import Any

import uvicorn
from mcp.server.mcpserver import MCPServer
from starlette.types import ASGIApp, Receive, Scope, Send

from autoagent.tools.offer import TOOLS, Offer

LONGEST_LINE = 8 << 20
LOOPBACK = "127.0.0.1"


def server(given: Offer) -> MCPServer[Any]:
    """Return a server with all tools that are installed.

    Raises:
        ExtensionError: One cannot be loaded; the message says which.
    """
    made: MCPServer[Any] = MCPServer("autoagent", log_level="CRITICAL")
    for name in TOOLS:
        TOOLS[name](made, given)
    return made


def serve_stdio(made: MCPServer[Any]) -> None:
    """Serve whoever started this process, until its standard input ends."""
    # The library cannot be interrupted while it reads; what we started ends with us in any case.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    threading.Thread(target=_bounded, args=(os.dup(0), _pipe_to_stdin()), daemon=True).start()
    made.run("stdio")


def serve_http(made: MCPServer[Any], port: int, token: str) -> None:
    """Serve whoever has the token, on loopback, until this process is told to end.

    Raises:
        ValueError: The port cannot be had.
    """
    try:
        listening = socket.create_server((LOOPBACK, port))
    except OSError as error:
        raise ValueError(
            f"port {port} of {LOOPBACK} cannot be had ({error.strerror}); give --http another"
        ) from None
    app = made.streamable_http_app(host=LOOPBACK, max_request_body_size=LONGEST_LINE)
    guarded = _Guarded(app, token)
    quiet: dict[str, Any] = {"log_level": "warning", "timeout_graceful_shutdown": 1}
    uvicorn.Server(uvicorn.Config(guarded, **quiet)).run(sockets=[listening])


class _Guarded:
    """Lets requests pass that bear the token."""

    def __init__(self, app: ASGIApp, token: str) -> None:
        self._app = app
        self._wanted = f"Bearer {token}".encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        given = dict(scope.get("headers", [])).get(b"authorization", b"")
        if scope["type"] == "lifespan" or hmac.compare_digest(given, self._wanted):
            await self._app(scope, receive, send)
            return
        headers = [(b"content-type", b"text/plain"), (b"www-authenticate", b"Bearer")]
        await send({"type": "http.response.start", "status": 401, "headers": headers})
        body = b"give the token: Authorization: Bearer TOKEN\n"
        await send({"type": "http.response.body", "body": body})


def _pipe_to_stdin() -> int:
    """Put a pipe in the place of the standard input; return its other end."""
    reads, writes = os.pipe()
    os.dup2(reads, 0)
    os.close(reads)
    return writes


def _bounded(given: int, passed: int) -> None:
    """Pass lines on, and in place of one that is too long a line that is no message."""
    with open(given, "rb") as source, open(passed, "wb") as sink:
        whole = True
        while line := source.readline(LONGEST_LINE):
            ends = line.endswith(b"\n")
            if whole and (ends or len(line) < LONGEST_LINE):
                sink.write(line)
            elif whole:
                sink.write(b"a message that is too long\n")
            whole = ends
            sink.flush()
