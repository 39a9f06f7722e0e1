from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from tests.loopback import serving, stream


@dataclass
class Talker:
    """An OpenAI-compatible server on loopback whose answers a function gives.

    Attributes:
        options: What makes a command ask it.
        queries: What it was asked.
    """

    options: list[str] = field(default_factory=list)
    queries: list[str] = field(default_factory=list)


@pytest.fixture
def talker() -> Iterator[Callable[[Callable[[str], str]], Talker]]:
    """Start a server that answers each query with what a function makes of it."""

    def start(answer: Callable[[str], str]) -> Talker:
        talker = Talker()

        def behave(handler: BaseHTTPRequestHandler, request: dict[str, Any]) -> None:
            asked = [each for each in request["messages"] if each["role"] != "system"]
            query = "\n\n".join(each["content"] for each in asked)
            talker.queries.append(query)
            stream(handler, answer(query), prompt_tokens=350, completion_tokens=50)

        base_url = servers.enter_context(serving(behave))
        talker.options += ["--llm", "openai:m", "--base-url", base_url, "--api-key", "none"]
        return talker

    with ExitStack() as servers:
        yield start
