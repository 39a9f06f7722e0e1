import json
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest


@dataclass
class Talker:
    """An OpenAI-compatible server on loopback whose answers a function gives.

    Attributes:
        options: What makes a command ask it.
        queries: What it was asked.
    """

    options: list[str]
    queries: list[str] = field(default_factory=list)


@pytest.fixture
def talker() -> Iterator[Callable[[Callable[[str], str]], Talker]]:
    """Start a server that answers each query with what a function makes of it."""
    servers: list[ThreadingHTTPServer] = []

    def start(answer: Callable[[str], str]) -> Talker:
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers["content-length"])
                request: dict[str, Any] = json.loads(self.rfile.read(length))
                asked = [each for each in request["messages"] if each["role"] != "system"]
                query = "\n\n".join(each["content"] for each in asked)
                talker.queries.append(query)
                with suppress(OSError):
                    self._say(answer(query))

            def _say(self, text: str) -> None:
                self.send_response(200)
                self.send_header("content-type", "text/event-stream")
                self.end_headers()
                said = {"index": 0, "delta": {"content": text}, "finish_reason": "stop"}
                used = {"prompt_tokens": 350, "completion_tokens": 50}
                for event in ({"choices": [said]}, {"choices": [], "usage": used}):
                    self.wfile.write(f"data: {json.dumps(event)}\n\n".encode())
                self.wfile.write(b"data: [DONE]\n\n")

            def log_message(self, *_: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
        servers.append(server)
        base_url = f"http://127.0.0.1:{server.server_port}/v1"
        talker = Talker(["--llm", "openai:m", "--base-url", base_url, "--api-key", "none"])
        return talker

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()
