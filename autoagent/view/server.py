"""Serves the pages to this machine alone, until it is stopped."""

from __future__ import annotations

import errno
import secrets
import socket
from collections.abc import Callable
from contextlib import closing

import uvicorn

from autoagent.view.app import application
from autoagent.view.guard import ENTRANCE
from autoagent.view.source import Source
from autoagent.view.started import Started

HOST = "127.0.0.1"


class PortError(ValueError):
    """The port cannot be had; the message says what to do."""


def serve(source: Source, *, port: int, begun: Callable[[str], None], at: str = "/") -> None:
    """Serve the pages of a journal until Ctrl-C.

    Args:
        source: The journal, and what is shown beside it.
        port: Where; 0 is any that is free.
        begun: Told the address to open, once it answers.
        at: The page that the address leads to.

    Raises:
        PortError: Another program has the port.
    """
    with closing(_listening(port)) as listener:
        given = int(listener.getsockname()[1])
        token = secrets.token_urlsafe(32)
        started = Started(source.path)
        server: list[_Server] = []
        app = application(
            source,
            started,
            port=given,
            token=token,
            stopped=lambda: server[0].should_exit,
        )
        address = f"http://{HOST}:{given}{ENTRANCE}?token={token}&to={at}"
        config = uvicorn.Config(
            app, log_level="warning", access_log=False, server_header=False, date_header=False,
            timeout_graceful_shutdown=2, ws="none",
        )  # fmt: skip
        server.append(_Server(config, lambda: begun(address)))
        try:
            server[0].run(sockets=[listener])
        finally:
            started.close()


class _Server(uvicorn.Server):
    """Says when it answers."""

    def __init__(self, config: uvicorn.Config, begun: Callable[[], None]) -> None:
        super().__init__(config)
        self._begun = begun

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin, and say so."""
        await super().startup(sockets)
        self._begun()


def _listening(port: int) -> socket.socket:
    """Return a socket that listens on this machine alone.

    Raises:
        PortError: It cannot.
    """
    try:
        return socket.create_server((HOST, port))
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            told = f"port {port} is in use; give another --port, or none for one that is free"
            raise PortError(told) from None
        raise PortError(f"port {port} cannot be listened on: {error.strerror}") from None
    except OverflowError:
        raise PortError(f"port {port} is none; give one of 1024 to 65535") from None
