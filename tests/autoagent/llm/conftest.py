import json
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

Behaviour = Callable[[BaseHTTPRequestHandler, dict[str, Any]], None]
Serve = Callable[..., str]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Start a server that behaves as told, one behaviour per request, the last one for good.

    It answers requests of the kind GET, too, if told so.
    """
    servers: list[ThreadingHTTPServer] = []

    def start(*behaviours: Behaviour, gets: bool = False, port: int = 0) -> str:
        waiting = list(behaviours)

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers["content-length"] or 0)
                request = json.loads(self.rfile.read(length) or "{}")
                behave = waiting.pop(0) if len(waiting) > 1 else waiting[0]
                with suppress(OSError):
                    behave(self, request)

            if gets:
                do_GET = do_POST

            def log_message(self, *_: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}/v1"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()
