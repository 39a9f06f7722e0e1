"""A server on loopback whose answers follow from the questions, and that can be killed.

A program of its own: ``python -m benchmarks.durability.server PORT LOG``. Each question is a line
of the log before it is answered.
"""

from __future__ import annotations

import hashlib
import json
import socket
import subprocess
import sys
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

THINKING = 0.05
"""Seconds that an answer takes, so that a fault may strike meanwhile."""


class Server:
    """The server, started and killed from outside.

    Args:
        log: Where its questions are written down.
    """

    def __init__(self, log: Path) -> None:
        self._log = log
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self._port = int(probe.getsockname()[1])
        self.start()

    @property
    def options(self) -> list[str]:
        """What makes a command ask it."""
        return ["--base-url", f"http://127.0.0.1:{self._port}/v1", "--timeout", "5"]

    @property
    def questions(self) -> list[str]:
        """Digests of all questions, in the order in which they came."""
        return self._log.read_text().split() if self._log.exists() else []

    def start(self) -> None:
        """Start it, and wait until it listens."""
        command = [sys.executable, "-m", "benchmarks.durability.server"]
        self._program = subprocess.Popen([*command, str(self._port), str(self._log)])
        while self._program.poll() is None:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self._port)):
                return
            time.sleep(0.02)
        raise RuntimeError(f"the server does not listen on port {self._port}")

    def kill(self) -> None:
        """Kill it, whatever it is doing."""
        self._program.kill()
        self._program.wait()


def answer(model: str, digest: str) -> str:
    """Return a step of a life, or a program that is wrong in its own way."""
    number = int(digest[:6], 16)
    if model == "life":
        code = f"x{number % 50} = {number}\ndef f{number % 5}():\n    return {number}\n"
        code += f"print(f{number % 5}(), self.use('notes', write='{number}')[-1])"
        return f"```python\n{code}\n```"
    if model == "c":
        return f'```c\n#include <stdio.h>\nint main(void) {{ printf("%d\\n", {number}); }}\n```'
    return f"```python\nprint({number})\n```"


class Handler(BaseHTTPRequestHandler):
    """Answers questions as OpenAI's protocol has it."""

    log = Path()

    def do_POST(self) -> None:
        """Write the question down, and answer it."""
        request: dict[str, Any] = json.loads(self.rfile.read(int(self.headers["content-length"])))
        asked = json.dumps([request["messages"], request.get("seed"), request.get("temperature")])
        digest = hashlib.sha256(asked.encode()).hexdigest()[:16]
        with self.log.open("a") as file:
            file.write(digest + "\n")
        time.sleep(THINKING)
        with suppress(OSError):
            self._say(answer(request["model"], digest))

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
        """Say nothing."""


if __name__ == "__main__":
    Handler.log = Path(sys.argv[2])
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
