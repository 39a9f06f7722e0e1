"""A model behind a server that speaks OpenAI's chat protocol."""

from __future__ import annotations

import copy
import ipaddress
import os
import re
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from autoagent.llm.base import Completion, LLMError, LLMUnreachable
from autoagent.llm.framing.frame import PYTHON, Frame
from autoagent.llm.framing.prompt import MARKER, fitted, messages
from autoagent.llm.framing.query import Message, Query, mapped, size
from autoagent.llm.framing.stops import GrowingText
from autoagent.llm.server.collect import (
    Busy,
    EmptyError,
    GarbageError,
    Reply,
    believable,
    collect,
    utf8_size,
)

if TYPE_CHECKING:
    from openai import APIStatusError, OpenAI

PUBLIC = "https://api.openai.com/v1"
MIN_QUERY = 256
ENOUGH = 1024
"""Tokens of an answer that are not given up for the sake of a longer query."""
HIGHEST_PRICE = 1e9
RENAMED = {"max_tokens": "max_completion_tokens"}
OPTIONAL = frozenset({"max_tokens", "temperature", "seed", "stop", "stream_options"})
EXTRA = "extra_body"
TOO_LONG = "context_length_exceeded"
TOO_MUCH = re.compile(r"max_(completion_)?tokens|maximum context length")
"""What servers say that have no code for it."""
UNSUPPORTED = frozenset({"unsupported_parameter", "unsupported_value", "unknown_parameter"})


class OpenAICompatible:
    """Asks a server. An answer that breaks off is asked for again, from its beginning.

    The environment (`OPENAI_API_KEY`, `OPENAI_BASE_URL`) is read here only.

    Args:
        model: The model's name on the server.
        base_url: The server; the environment's or OpenAI's own by default.
        api_key: The key; the environment's by default. A server on this machine needs none.
        timeout: Seconds that an answer may take with all retries. (A server that falls silent
            in the middle of an answer may take as long again.)
        retries: How often to ask again after a failure that may pass.
        price_in: Money for a million tokens of query.
        price_out: Money for a million tokens of answer.
        concurrency: How many threads may ask at once; the others wait.

    Raises:
        LLMError: The openai package or the key is missing, or a value is not allowed.
    """

    def __init__(
        self,
        *,
        model: str,
        base_url: str | None = None,
        api_key: str | None = None,
        timeout: float = 300.0,
        retries: int = 3,
        price_in: float = 0.0,
        price_out: float = 0.0,
        concurrency: int = 4,
    ) -> None:
        _check(timeout=timeout, retries=retries, concurrency=concurrency)
        _check_prices(price_in=price_in, price_out=price_out)
        self.name = f"openai:{model}"
        self.genome = "capable"
        self.base_url = base_url or os.environ.get("OPENAI_BASE_URL") or PUBLIC
        self._model = model
        self._timeout = timeout
        self._retries = retries
        self._prices = (price_in / 1e6, price_out / 1e6)
        self._gate = threading.BoundedSemaphore(concurrency)
        self._refused: set[str] = set()
        self._allowed: dict[str, int] = {}
        self._streams = True
        self._client = _client(self.base_url, api_key or os.environ.get("OPENAI_API_KEY"))

    def complete(
        self,
        query: Query,
        *,
        seed: int,
        temperature: float,
        max_tokens: int,
        on_text: Callable[[str], None] | None = None,
        frame: Frame = PYTHON,
    ) -> Completion:
        """Answer a query; see `LLM.complete`."""
        from tenacity import (
            Retrying,
            retry_if_exception_type,
            stop_after_attempt,
            stop_before_delay,
        )

        options = {
            "model": self._model,
            "seed": seed,
            "temperature": temperature,
            "max_tokens": min(max_tokens, self._allowed.get("max_tokens", max_tokens)),
            "stream": True,
            "stream_options": {"include_usage": True},
        }
        if frame.grammar is not None:
            options[EXTRA] = {"grammar": frame.grammar}
        deadline = time.monotonic() + self._timeout
        retrying = Retrying(
            retry=retry_if_exception_type(LLMUnreachable),
            stop=stop_after_attempt(self._retries + 1) | stop_before_delay(self._timeout),
            wait=_pause,
            reraise=True,
        )
        sent = mapped(query, lambda text: text.encode(errors="replace").decode())
        wasted = _Wasted()
        with self._gate:
            try:
                answer = retrying(self._fit, sent, frame, options, on_text, deadline, wasted)
            except LLMUnreachable as error:
                error.tokens, error.cost = wasted.read + wasted.said, wasted.cost(self._prices)
                raise
        return replace(
            answer,
            tokens_in=answer.tokens_in + wasted.read,
            tokens_out=answer.tokens_out + wasted.said,
            cost=answer.cost + wasted.cost(self._prices),
        )

    def within(self, seconds: float) -> OpenAICompatible:
        """Return this model, with less time for an answer; the two share all else."""
        hurried = copy.copy(self)
        hurried._timeout = min(self._timeout, seconds)
        return hurried

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _fit(
        self,
        query: Query,
        frame: Frame,
        options: dict[str, Any],
        on_text: Callable[[str], None] | None,
        deadline: float,
        wasted: _Wasted,
    ) -> Completion:
        """Ask, with ever less of the query while the server calls it too long."""
        said = query
        while True:
            growing = GrowingText(on_text=on_text)
            try:
                asked = messages(said, frame)
                return self._ask(asked, options, growing, deadline, shortened=said is not query)
            except LLMUnreachable:
                wasted.add(asked, growing.text)
                raise
            except _TooLongError as error:
                if options["max_tokens"] > ENOUGH:  # it may be the answer that has no room
                    options["max_tokens"] = max(options["max_tokens"] // 2, ENOUGH)
                    self._allowed["max_tokens"] = options["max_tokens"]
                    continue
                if size(said) <= MIN_QUERY:
                    raise LLMError(f"{self.name} refused: {error}; give fewer max_tokens") from None
                said = fitted(query, size(said) // 2 - len(MARKER), len)

    def _ask(
        self,
        asked: list[Message],
        options: dict[str, Any],
        growing: GrowingText,
        deadline: float,
        *,
        shortened: bool,
    ) -> Completion:
        """Ask once."""
        with self._failures(deadline):
            reply = self._receive(asked, options, deadline, growing)
        words = "".join(message["content"] for message in asked)
        tokens_in = believable(reply.counted_in, guess=len(words) // 4 + 1, size=utf8_size(words))
        tokens_out = believable(
            reply.counted_out,
            guess=reply.pieces,
            size=reply.size,
            allowed=options["max_tokens"],
        )
        return Completion(
            text=growing.end(),
            tokens_in=tokens_in,
            tokens_out=tokens_out,
            finish=reply.finish,
            model=self.name,
            cost=tokens_in * self._prices[0] + tokens_out * self._prices[1],
            shortened=shortened,
        )

    def _receive(
        self,
        asked: list[Message],
        options: dict[str, Any],
        deadline: float,
        growing: GrowingText,
    ) -> Reply:
        """Send the request and read the answer.

        Some servers send an empty stream where they would refuse, or cannot stream: asked
        without, they tell the reason, or answer, and then they are asked so from the first.
        """
        if self._streams:
            with suppress(EmptyError), self._send(asked, options, deadline) as stream:
                return collect(stream, growing, options["max_tokens"])
        whole = {key: options[key] for key in options if key != "stream_options"}
        answer = self._send(asked, whole | {"stream": False}, deadline)
        reply = collect([answer], growing, options["max_tokens"])
        self._streams = False
        return reply

    def _send(self, asked: list[Message], options: dict[str, Any], deadline: float) -> Any:
        """Send the request, without the options that this server has refused.

        Each server refuses a grammar in its own words: when leaving it out helps, that was it.
        """
        import openai

        doubted: set[str] = set()
        while True:
            sent = {key: options[key] for key in options if key not in self._refused | doubted}
            sent |= {RENAMED[key]: options[key] for key in self._refused & RENAMED.keys()}
            left = max(deadline - time.monotonic(), 0.1)
            create: Any = self._client.chat.completions.create
            try:
                answer = create(messages=asked, timeout=left, **sent)
            except (openai.BadRequestError, openai.UnprocessableEntityError) as error:
                refused = {str(error.param)} & OPTIONAL & sent.keys()
                if error.code in UNSUPPORTED and refused:
                    self._refused |= refused
                elif EXTRA in sent and error.code != TOO_LONG:
                    doubted = {EXTRA}
                else:
                    raise
            else:
                self._refused |= doubted
                return answer

    @contextmanager
    def _failures(self, deadline: float) -> Iterator[None]:
        """Turn every failure into an `LLMError`, or an `LLMUnreachable` if it may pass."""
        import openai

        where = f"{self.name} at {self.base_url}"
        late = LLMUnreachable(f"{where} did not answer in {self._timeout:g} s")
        try:
            yield
        except (openai.APITimeoutError, TimeoutError):
            raise late from None
        except openai.APIConnectionError as error:
            if time.monotonic() >= deadline:
                raise late from None
            reason = error.__cause__ or error
            raise LLMUnreachable(f"{where} cannot be reached: {reason}") from None
        except openai.APIStatusError as error:
            raise self._refusal(error, where) from None
        except (openai.OpenAIError, GarbageError, ValueError, RuntimeError) as error:
            raise LLMUnreachable(f"{where} sent no sensible answer: {_brief(error)}") from None

    def _refusal(self, error: APIStatusError, where: str) -> LLMError:
        """Return the error for a status that is no answer."""
        status, said = error.status_code, _brief(error)
        if 300 <= status < 400:
            place = error.response.headers.get("location", "nowhere")[:300]
            advice = "give that server with --base-url if you trust it"
            return LLMError(f"{where} redirects to {place}, which is not followed; {advice}")
        if status in (408, 409, 425, 429) or status >= 500:
            return Busy(f"{where} failed: {said}", after=error.response.headers.get("retry-after"))
        if status == 413 or (status == 400 and (error.code == TOO_LONG or TOO_MUCH.search(said))):
            return _TooLongError(said)
        if status in (401, 403):
            return LLMError(f"{where} refused the key: {said}; set OPENAI_API_KEY")
        if status == 404:
            return LLMError(f"{where} knows no such model or address: {said}")
        return LLMError(f"{where} refused: {said}")


@dataclass(slots=True)
class _Wasted:
    """Tokens of attempts whose answers broke off, guessed by their length.

    Attributes:
        read: Of queries.
        said: Of answers.
    """

    read: int = 0
    said: int = 0

    def add(self, asked: Sequence[Message], said: str) -> None:
        """Count an attempt, if its answer had begun."""
        if said:
            self.read += sum(len(message["content"]) for message in asked) // 4 + 1
            self.said += len(said) // 4 + 1

    def cost(self, prices: tuple[float, float]) -> float:
        """Return what they cost."""
        return self.read * prices[0] + self.said * prices[1]


class _TooLongError(LLMError):
    """The query, or the answer that is asked for, is longer than the model's context."""


MISSING = (
    "openai: models need the package openai, which is missing or broken; "
    "install it with: pip install openai"
)


def _client(base_url: str, api_key: str | None) -> OpenAI:
    """Return a client that never asks twice by itself.

    Its package is imported here, by the thread that wants the model, and by none of those that ask:
    what it needs imports itself in circles, so two threads at once would see halves of it.

    Raises:
        LLMError: There is no such client.
    """
    local = _is_local(base_url)
    if not api_key and not local:
        raise LLMError(f"there is no key for {base_url}; set OPENAI_API_KEY or give a key")
    if api_key and not (api_key.isascii() and api_key.isprintable()):
        raise LLMError("the key holds characters that no key has; copy it again")
    try:
        import openai

        from autoagent.llm.server.bounds import hooks
    except ImportError as error:
        raise LLMError(f"{MISSING} ({error})") from None
    return openai.OpenAI(
        api_key=api_key or "none",
        base_url=base_url,
        max_retries=0,
        default_headers={"Accept-Encoding": "identity", "Connection": "close"},
        http_client=openai.DefaultHttpxClient(
            event_hooks=hooks(), trust_env=not local, follow_redirects=False
        ),
    )


def _is_local(base_url: str) -> bool:
    """Tell whether a server is on this machine."""
    try:
        url = urlsplit(base_url)
        host, _ = url.hostname or "", url.port
    except ValueError:
        host = ""
    if not host or url.scheme not in ("http", "https"):
        raise LLMError(f"base URL {base_url!r} is none; give one such as http://127.0.0.1:8000/v1")
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _check(*, timeout: float, retries: int, concurrency: int) -> None:
    """Raise an error for a bound that is not allowed."""
    if not timeout > 0:
        raise LLMError(f"timeout is {timeout}; give more than 0 seconds")
    if retries < 0:
        raise LLMError(f"retries is {retries}; give 0 or more")
    if concurrency < 1:
        raise LLMError(f"concurrency is {concurrency}; give 1 or more")


def _check_prices(**prices: float) -> None:
    """Raise an error for a price that is not allowed."""
    for name, price in prices.items():
        if not 0 <= price <= HIGHEST_PRICE:
            raise LLMError(f"{name} is {price}; give 0 to {HIGHEST_PRICE:g} for a million tokens")


def _pause(state: Any) -> float:
    """Return the seconds to wait: ever longer, and as long as the server asks for."""
    from tenacity import wait_exponential, wait_random

    backoff = (wait_exponential(multiplier=0.5, max=8) + wait_random(0, 0.5))(state)
    return max(backoff, getattr(state.outcome.exception(), "after", 0.0))


def _brief(error: Exception) -> str:
    """Return an error's text, cut to one short line."""
    return " ".join(str(error).split())[:300] or type(error).__name__
