from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from tests.loopback import Behaviour, serving

Serve = Callable[..., str]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Start a server that behaves as told, one behaviour per request, the last one for good."""

    def start(*behaviours: Behaviour, port: int = 0) -> str:
        waiting = list(behaviours)

        def behave(handler: BaseHTTPRequestHandler, request: dict[str, Any]) -> None:
            (waiting.pop(0) if len(waiting) > 1 else waiting[0])(handler, request)

        return servers.enter_context(serving(behave, port))

    with ExitStack() as servers:
        yield start
