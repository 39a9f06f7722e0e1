"""Servers of models on loopback, each of which answers as a function does."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Behaviour = Callable[[BaseHTTPRequestHandler, dict[str, Any]], None]
"""Answers a request through what handles it."""


class Server(ThreadingHTTPServer):
    """Has a function answer whatever it is asked."""

    daemon_threads = True
    request_queue_size = 100

    def __init__(self, behave: Behaviour, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.behave = behave


class Handler(BaseHTTPRequestHandler):
    """Reads a request, and says nothing of it."""

    server: Server

    def do_POST(self) -> None:
        length = int(self.headers["content-length"] or 0)
        request = json.loads(self.rfile.read(length) or "{}")
        with suppress(OSError):
            self.server.behave(self, request)

    do_GET = do_POST

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def serving(behave: Behaviour, port: int = 0) -> Iterator[str]:
    """Serve while it is needed, at the address that comes back."""
    with Server(behave, port) as server:
        thread = threading.Thread(target=server.serve_forever, args=[0.01], daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/v1"
        finally:
            server.shutdown()
            thread.join()


def stream(handler: BaseHTTPRequestHandler, text: str, **used: int) -> None:
    """Say a text as OpenAI's protocol streams it, and how many tokens that took."""
    handler.send_response(200)
    handler.send_header("content-type", "text/event-stream")
    handler.end_headers()
    said = {"index": 0, "delta": {"content": text}, "finish_reason": "stop"}
    for event in ({"choices": [said]}, {"choices": [], "usage": used or None}):
        handler.wfile.write(f"data: {json.dumps(event)}\n\n".encode())
    handler.wfile.write(b"data: [DONE]\n\n")
