"""Fuzz the answers of a server: ``python -m tests.fuzz.fuzz_answers``.

An input is all that a server sends, in its parts: status, headers and content, as they come from
a socket. The client is the real one, down to there. Arguments are libFuzzer's.
"""

from __future__ import annotations

import json
import math

import atheris
import httpcore2
import httpx2
import openai

with atheris.instrument_imports(include=["autoagent.llm.server", "autoagent.llm.framing"]):
    from autoagent.llm.base import Completion, LLMError
    from autoagent.llm.server.bounds import hooks
    from autoagent.llm.server.collect import MORE_TOKENS
    from autoagent.llm.server.openai import OpenAICompatible
    from tests.fuzz.targets import fuzz

URL = "http://127.0.0.1:9/v1"
MAX_TOKENS = 32
QUERY = "Define a function. " * 20
BETWEEN = b"\0\0"
"""What parts the parts in which an answer arrives."""


class Saying(httpcore2.MockBackend):
    """A network on which each connection is told what is to be said now, and then ends."""

    def __init__(self) -> None:
        super().__init__([])

    def say(self, parts: list[bytes]) -> None:
        """Say these parts from now on."""
        self._buffer = parts


def client_on(network: Saying) -> openai.OpenAI:
    """Return a client as `OpenAICompatible` has it, on another network."""
    transport = httpx2.HTTPTransport()
    transport._pool = httpcore2.ConnectionPool(network_backend=network)
    return openai.OpenAI(
        api_key="none",
        base_url=URL,
        max_retries=0,
        http_client=httpx2.Client(
            transport=transport, event_hooks=hooks(), trust_env=False, follow_redirects=False
        ),
    )


NETWORK = Saying()
MODEL = OpenAICompatible(model="m", base_url=URL, retries=0, price_in=2.0, price_out=3.0)
MODEL._client._opened = client_on(NETWORK)


def one_input(data: bytes) -> None:
    """Ask once, and get an answer that can be paid for and written down, or an error."""
    NETWORK.say(data.split(BETWEEN))
    MODEL._refused.clear()
    shown: list[str] = []
    try:
        answer = MODEL.complete(
            QUERY, seed=1, temperature=0.5, max_tokens=MAX_TOKENS, on_text=shown.append
        )
    except LLMError as error:
        str(error).encode()
    else:
        check(answer, len(data))


def check(answer: Completion, size: int) -> None:
    """Fail unless an answer is of the types and sizes that it must be of."""
    json.dumps(answer.text)
    assert type(answer.tokens_in) is type(answer.tokens_out) is int
    assert 1 <= answer.tokens_in <= 4 * len(QUERY) + MORE_TOKENS
    assert 1 <= answer.tokens_out <= 4 * size + MORE_TOKENS + MAX_TOKENS
    assert math.isfinite(answer.cost)
    assert answer.cost > 0
    assert answer.finish in ("stop", "length")


def main() -> None:
    """Fuzz, beginning with the corpus."""
    words = ["data: ", "[DONE]", "\r\n", "\n\n", "Transfer-Encoding: chunked", "Content-Encoding: "]
    words += ["Content-Type: text/event-stream", "charset=", "retry-after: ", "location: "]
    words += [
        "choices",
        "delta",
        "content",
        "message",
        "usage",
        "prompt_tokens",
        "completion_tokens",
    ]
    words += ["finish_reason", "error", "code", "param", "context_length_exceeded", "max_tokens"]
    words += ["unsupported_parameter", "1e999", "NaN", r"\ud800", "null", "true", "-1", "HTTP/1.1 "]
    fuzz("answers", one_input, words)


if __name__ == "__main__":
    main()
