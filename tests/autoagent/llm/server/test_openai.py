import gzip
import json
import time
from collections.abc import Callable
from contextlib import closing
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from autoagent.llm import Completion, Frame, LLMError, LLMUnreachable, OpenAICompatible
from autoagent.llm.framing.prompt import MARKER, messages
from autoagent.organism.extract import extract_code
from tests.loopback import Behaviour

Request = dict[str, Any]
Serve = Callable[..., str]

RATING = Frame(system="You rate.", grammar='root ::= ([1-9] [0-9]? | "100")')


def ask(base_url: str, query: str = "Count.", **options: Any) -> Completion:
    settings = {
        key: options.pop(key) for key in ("timeout", "price_in", "price_out") if key in options
    }
    model = OpenAICompatible(model="m", base_url=base_url, retries=1, **settings)
    try:
        return model.complete(query, **{"seed": 1, "temperature": 0, "max_tokens": 9} | options)
    finally:
        model.close()


def part(text: str | None = None, finish: str | None = None) -> Request:
    return {"choices": [{"index": 0, "delta": {"content": text}, "finish_reason": finish}]}


def usage(tokens_in: object, tokens_out: object) -> Request:
    return {
        "choices": [],
        "usage": {"prompt_tokens": tokens_in, "completion_tokens": tokens_out},
    }


def start(handler: BaseHTTPRequestHandler, kind: str = "text/event-stream") -> None:
    handler.send_response(200)
    handler.send_header("content-type", kind)
    handler.end_headers()


def send(handler: BaseHTTPRequestHandler, *events: object) -> None:
    for event in events:
        handler.wfile.write(f"data: {json.dumps(event)}\n\n".encode())
        handler.wfile.flush()


def saying(*events: object, end: str = "data: [DONE]\n\n") -> Behaviour:
    def behave(handler: BaseHTTPRequestHandler, _: Request) -> None:
        start(handler)
        send(handler, *events)
        handler.wfile.write(end.encode())

    return behave


def refusing(status: int, **error: object) -> Behaviour:
    def behave(handler: BaseHTTPRequestHandler, _: Request) -> None:
        body = json.dumps({"error": {"message": "no!", **error}}).encode()
        handler.send_response(status)
        handler.send_header("content-type", "application/json")
        handler.send_header("content-length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return behave


def whole(handler: BaseHTTPRequestHandler, request: Request) -> None:
    """Answer as a server does that cannot stream."""
    start(handler, "text/plain" if request["stream"] else "application/json")
    if not request["stream"]:
        choice = {"index": 0, "message": {"content": "x = 1"}, "finish_reason": "stop"}
        handler.wfile.write(json.dumps({**usage(30, 4), "choices": [choice]}).encode())


def page(handler: BaseHTTPRequestHandler, _: Request) -> None:
    start(handler, "text/html")
    handler.wfile.write(b"<html>" + b"hello\n" * 100)


def hang_up(handler: BaseHTTPRequestHandler, _: Request) -> None:
    handler.close_connection = True


def say_for_ever(handler: BaseHTTPRequestHandler, _: Request) -> None:
    start(handler)
    while True:
        send(handler, part("word " * 1000))


def drip_for_ever(handler: BaseHTTPRequestHandler, _: Request) -> None:
    start(handler)
    while True:
        handler.wfile.write(b": nothing yet\n\n")
        handler.wfile.flush()
        time.sleep(0.05)


def flood_without_lines(handler: BaseHTTPRequestHandler, _: Request) -> None:
    start(handler)
    while True:
        handler.wfile.write(b"x" * 2**20)


HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n"
CHUNKED = HEAD + b"transfer-encoding: chunked\r\n\r\n"


def dripping(head: bytes, drop: bytes, pause: float = 0.05) -> Behaviour:
    """Send something without end, below what an HTTP client passes on."""

    def behave(handler: BaseHTTPRequestHandler, _: Request) -> None:
        handler.wfile.write(head)
        while True:
            handler.wfile.write(drop)
            handler.wfile.flush()
            time.sleep(pause)

    return behave


DRIPS: dict[str, Behaviour] = {
    "headers": dripping(HEAD, b"a: b\r\n"),
    "status lines": dripping(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "many status lines": dripping(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 100, 0),
    "a chunk's extension": dripping(CHUNKED + b"1;", b"x"),
    "trailers": dripping(CHUNKED + b"0\r\n", b"a: b\r\n"),
    "empty parts": dripping(HEAD + b"\r\n", b'data: {"choices": []}\n\n' * 100, 0),
    "comments": dripping(HEAD + b"\r\n", b": \n\n" * 100, 0),
    "an event of many lines": dripping(HEAD + b"\r\n", b"a\n" * 10_000, 0),
}


def stay_silent(handler: BaseHTTPRequestHandler, _: Request) -> None:
    """Say nothing until the other side is gone."""
    handler.connection.recv(1)


OK = saying(part("x = "), part("1"), part(None, "stop"), usage(10, 5))


def test_an_answer_is_put_together(serve: Serve) -> None:
    shown: list[str] = []
    completion = ask(serve(OK), on_text=shown.append, price_in=2.0, price_out=10.0)
    assert completion == Completion(
        text="x = 1",
        tokens_in=10,
        tokens_out=5,
        finish="stop",
        model="openai:m",
        cost=pytest.approx(70e-6),
    )
    assert shown == ["x = ", "1"]


def test_what_is_asked_for_is_sent(serve: Serve) -> None:
    requests: list[Request] = []

    def note(handler: BaseHTTPRequestHandler, request: Request) -> None:
        requests.append(request)
        OK(handler, request)

    ask(serve(note), "Hi \ud800", seed=7, temperature=0.5, max_tokens=11)
    assert requests == [
        {
            "model": "m",
            "messages": messages("Hi ?"),
            "seed": 7,
            "temperature": 0.5,
            "max_tokens": 11,
            "stream": True,
            "stream_options": {"include_usage": True},
        }
    ]


def test_without_usage_the_pieces_are_counted(serve: Serve) -> None:
    completion = ask(serve(saying(part("a"), part(" b"), part("", "length"))))
    assert (completion.tokens_out, completion.finish) == (2, "length")
    assert completion.tokens_in > 10


SIZE_IN = sum(len(each["content"].encode()) for each in messages("Count."))
SIZE_OUT = len("x = 1")


@pytest.mark.parametrize(
    ("said", "tokens_in", "tokens_out"),
    [
        (10**30, SIZE_IN + 4096, SIZE_OUT + 4096),
        (10**400, SIZE_IN + 4096, SIZE_OUT + 4096),
        (4000, 4000, 4000),
        (0, SIZE_IN // 16, 1),
        (-5, SIZE_IN // 4 + 1, 2),
        (True, SIZE_IN // 4 + 1, 2),
        ("7", SIZE_IN // 4 + 1, 2),
        (5.0, SIZE_IN // 4 + 1, 2),
        (float("nan"), SIZE_IN // 4 + 1, 2),
        (float("inf"), SIZE_IN // 4 + 1, 2),
        ([], SIZE_IN // 4 + 1, 2),
        (None, SIZE_IN // 4 + 1, 2),
    ],
    ids=lambda value: str(value)[:8],
)
def test_a_server_counts_as_far_as_it_is_to_be_believed(
    serve: Serve, said: object, tokens_in: int, tokens_out: int
) -> None:
    server = serve(saying(part("x = "), part("1", "stop"), usage(said, said)))
    completion = ask(server, price_in=1e6, price_out=2e6)
    assert (completion.tokens_in, completion.tokens_out) == (tokens_in, tokens_out)
    assert (type(completion.tokens_in), type(completion.tokens_out)) == (int, int)
    assert completion.cost == tokens_in + 2 * tokens_out


def test_thoughts_that_are_not_shown_count_as_far_as_they_were_allowed(serve: Serve) -> None:
    server = serve(saying(part("x", "stop"), usage(50, 30_000)))
    assert ask(server, max_tokens=32_000).tokens_out == 30_000
    assert ask(server, max_tokens=20_000).tokens_out == 20_000


@pytest.mark.parametrize("said", ["\ud800", "\ud83d\ude00"])
def test_half_characters_are_counted(serve: Serve, said: str) -> None:
    assert ask(serve(saying(part(said, "stop"), usage(0, 0)))).tokens_out == 1


def test_a_server_that_cannot_stream_answers_as_a_whole(serve: Serve) -> None:
    completion = ask(serve(whole))
    assert (completion.text, completion.tokens_in, completion.tokens_out) == ("x = 1", 30, 4)


def test_a_server_that_cannot_stream_is_asked_to_once(serve: Serve) -> None:
    streamed: list[bool] = []

    def note(handler: BaseHTTPRequestHandler, request: Request) -> None:
        streamed.append(request["stream"])
        whole(handler, request)

    with closing(OpenAICompatible(model="m", base_url=serve(note))) as model:
        for _ in range(2):
            model.complete("Count.", seed=1, temperature=0, max_tokens=9)
    assert streamed == [True, False, False]


@pytest.mark.parametrize("status", [408, 429, 500, 503])
def test_a_failure_that_passes_is_asked_again(serve: Serve, status: int) -> None:
    assert ask(serve(refusing(status), OK)).text == "x = 1"


BROKEN: dict[str, Behaviour] = {
    "a web page": page,
    "no answer": hang_up,
    "no choices": saying({"choices": []}),
    "choices of another kind": saying({"choices": "yes"}),
    "a number": saying(17),
    "nothing": saying(),
    "no JSON": saying(end="data: {{{\n\n"),
    "no UTF-8": lambda handler, _: (start(handler), handler.wfile.write(b"data: \xff\n\n"))[0],  # type: ignore[func-returns-value]
    "an error inside": saying({"error": {"message": "oops"}}),
    "an answer that breaks off": saying(part("x = "), end=""),
}


@pytest.mark.parametrize("behaviour", BROKEN.values(), ids=BROKEN.keys())
def test_a_server_that_misbehaves_is_unreachable(serve: Serve, behaviour: Behaviour) -> None:
    with pytest.raises(LLMUnreachable, match=r"openai:m at http://127\.0\.0\.1"):
        ask(serve(behaviour))


@pytest.mark.parametrize("behaviour", BROKEN.values(), ids=BROKEN.keys())
def test_a_server_that_misbehaves_once_is_asked_again(serve: Serve, behaviour: Behaviour) -> None:
    assert ask(serve(behaviour, OK)).text == "x = 1"


def test_an_answer_without_end_is_cut_at_its_own_limit(serve: Serve) -> None:
    completion = ask(serve(say_for_ever))
    assert completion.finish == "length"
    assert len(completion.text) < 20_000


def test_a_flood_is_given_up(serve: Serve) -> None:
    with pytest.raises(LLMUnreachable, match="too many bytes"):
        ask(serve(flood_without_lines))


@pytest.mark.parametrize("behaviour", [drip_for_ever, stay_silent, *DRIPS.values()])
def test_time_is_bounded(serve: Serve, behaviour: Behaviour) -> None:
    before = time.monotonic()
    with pytest.raises(LLMUnreachable, match=r"did not answer in 0\.5 s"):
        ask(serve(behaviour), timeout=0.5)
    assert time.monotonic() - before < 60


def test_headers_without_end_are_given_up(serve: Serve) -> None:
    with pytest.raises(LLMUnreachable, match="too long"):
        ask(serve(dripping(HEAD, b"a: b\r\n" * 1000, 0)))


def test_a_compressed_answer_is_not_unpacked(serve: Serve) -> None:
    def bomb(handler: BaseHTTPRequestHandler, _: Request) -> None:
        data = gzip.compress(bytes(10**8))
        head = HEAD + b"content-encoding: gzip\r\ncontent-length: %d\r\n\r\n" % len(data)
        handler.wfile.write(head + data)

    with pytest.raises(LLMUnreachable, match="compressed"):
        ask(serve(bomb))


@pytest.mark.parametrize("status", [300, 301, 302, 303, 307, 308])
def test_no_redirect_is_followed(serve: Serve, status: int) -> None:
    """Neither key nor query travels to a place that the user has not named."""
    asked: list[str | None] = []

    def elsewhere(handler: BaseHTTPRequestHandler, request: Request) -> None:
        asked.append(handler.headers["authorization"])
        OK(handler, request)

    place = serve(elsewhere)

    def redirect(handler: BaseHTTPRequestHandler, _: Request) -> None:
        handler.send_response(status)
        handler.send_header("location", f"{place}/chat/completions")
        handler.end_headers()

    with pytest.raises(LLMError, match=f"redirects to {place}.* --base-url") as caught:
        ask(serve(redirect))
    assert not isinstance(caught.value, LLMUnreachable)
    assert asked == []


def test_an_answer_can_be_given_less_time(serve: Serve) -> None:
    model = OpenAICompatible(model="m", base_url=serve(stay_silent))
    before = time.monotonic()
    with pytest.raises(LLMUnreachable, match=r"did not answer in 0\.5 s"):
        model.within(0.5).complete("Count.", seed=1, temperature=0, max_tokens=9)
    model.close()
    assert time.monotonic() - before < 60


def test_what_a_hurried_model_learns_is_kept(serve: Serve) -> None:
    seeds: list[int | None] = []

    def choosy(handler: BaseHTTPRequestHandler, request: Request) -> None:
        seeds.append(request.get("seed"))
        refusal = refusing(400, param="seed", code="unsupported_parameter")
        (refusal if "seed" in request else OK)(handler, request)

    model = OpenAICompatible(model="m", base_url=serve(choosy))
    for hurried in (model.within(9), model.within(9)):
        hurried.complete("Count.", seed=1, temperature=0, max_tokens=9)
    model.close()
    assert seeds == [1, None, None]


def test_no_server_is_unreachable() -> None:
    with pytest.raises(LLMUnreachable, match="cannot be reached"):
        ask("http://127.0.0.1:9/v1")


@pytest.mark.parametrize(
    ("status", "said"),
    [(400, "refused"), (401, "OPENAI_API_KEY"), (403, "the key"), (404, "no such model")],
)
def test_a_wrong_setting_is_told_at_once(serve: Serve, status: int, said: str) -> None:
    with pytest.raises(LLMError, match=said) as caught:
        ask(serve(refusing(status), OK))
    assert not isinstance(caught.value, LLMUnreachable)
    assert "no!" in str(caught.value)


def test_options_that_a_server_does_not_know_are_left_out(serve: Serve) -> None:
    seen: list[Request] = []

    def choosy(handler: BaseHTTPRequestHandler, request: Request) -> None:
        seen.append(request)
        refused = [key for key in ("max_tokens", "temperature") if key in request]
        if refused:
            refusing(400, param=refused[0], code="unsupported_parameter")(handler, request)
        else:
            OK(handler, request)

    model = OpenAICompatible(model="m", base_url=serve(choosy))
    for _ in range(2):
        model.complete("Count.", seed=1, temperature=1, max_tokens=9)
    model.close()
    assert len(seen) == 4
    assert seen[-1]["max_completion_tokens"] == 9
    assert seen[-1].keys().isdisjoint({"max_tokens", "temperature"})


def test_a_grammar_is_sent_only_with_a_frame_that_has_one(serve: Serve) -> None:
    seen: list[Request] = []

    def note(handler: BaseHTTPRequestHandler, request: Request) -> None:
        seen.append(request)
        OK(handler, request)

    base_url = serve(note)
    ask(base_url)
    ask(base_url, frame=RATING)
    assert "grammar" not in seen[0]
    assert seen[1]["grammar"] == RATING.grammar
    assert seen[1]["messages"][0]["content"] == RATING.system


@pytest.mark.parametrize(
    "refusal",
    [
        refusing(400),
        refusing(422),
        refusing(400, param="grammar", code="unknown_parameter"),
        refusing(400, param=None, code="unsupported_parameter"),
    ],
)
def test_a_server_that_refuses_grammars_is_sent_none_again(
    serve: Serve, refusal: Behaviour
) -> None:
    seen: list[bool] = []

    def choosy(handler: BaseHTTPRequestHandler, request: Request) -> None:
        seen.append("grammar" in request)
        (refusal if "grammar" in request else OK)(handler, request)

    model = OpenAICompatible(model="m", base_url=serve(choosy))
    for _ in range(2):
        model.complete("Rate.", seed=1, temperature=0, max_tokens=9, frame=RATING)
    model.close()
    assert seen == [True, False, False]


def test_a_grammar_is_sent_again_after_a_refusal_of_something_else(serve: Serve) -> None:
    seen: list[bool] = []

    def choosy(handler: BaseHTTPRequestHandler, request: Request) -> None:
        seen.append("grammar" in request)
        (refusing(400) if len(seen) < 3 else OK)(handler, request)

    model = OpenAICompatible(model="m", base_url=serve(choosy))
    with pytest.raises(LLMError, match="refused"):
        model.complete("Rate.", seed=1, temperature=0, max_tokens=9, frame=RATING)
    model.complete("Rate.", seed=1, temperature=0, max_tokens=9, frame=RATING)
    model.close()
    assert seen == [True, False, True]


def test_a_query_that_is_too_long_for_the_server_is_shortened(serve: Serve) -> None:
    def small(handler: BaseHTTPRequestHandler, request: Request) -> None:
        if len(request["messages"][1]["content"]) > 1000:
            refusing(400, code="context_length_exceeded")(handler, request)
        else:
            assert MARKER in request["messages"][1]["content"]
            OK(handler, request)

    assert ask(serve(small), "word " * 10_000).shortened
    with pytest.raises(LLMError, match="fewer max_tokens"):
        ask(serve(refusing(400, code="context_length_exceeded")), "word " * 100)


def test_a_key_is_needed_for_other_machines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    with pytest.raises(LLMError, match=r"no key for https://api\.openai\.com"):
        OpenAICompatible(model="m")
    OpenAICompatible(model="m", api_key="sk-1").close()
    for local in ("http://127.0.0.2:1/v1", "http://[::1]:1/v1", "http://localhost:1"):
        OpenAICompatible(model="m", base_url=local).close()


def test_the_environment_gives_server_and_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-1")
    monkeypatch.setenv("OPENAI_BASE_URL", "https://models.invalid/v1")
    model = OpenAICompatible(model="m")
    model.close()
    assert model.base_url == "https://models.invalid/v1"


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ({"base_url": "nowhere"}, "base URL 'nowhere' is none"),
        ({"base_url": "http://h:x/"}, "base URL 'http://h:x/' is none"),
        ({"base_url": "ftp://localhost"}, "is none"),
        ({"api_key": "a\nb"}, "characters that no key has"),
        ({"timeout": 0}, "timeout is 0"),
        ({"retries": -1}, "retries is -1"),
        ({"concurrency": 0}, "concurrency is 0"),
        ({"price_in": -1}, "price_in is -1"),
        ({"price_out": float("nan")}, "price_out is nan"),
    ],
)
def test_wrong_values_are_named(setting: dict[str, Any], said: str) -> None:
    with pytest.raises(LLMError, match=said):
        OpenAICompatible(**{"model": "m", "base_url": "http://localhost:1/v1"} | setting)


def test_llama_cpps_own_server_answers(llama_server: str) -> None:
    shown: list[str] = []
    options: dict[str, Any] = {"max_tokens": 40, "timeout": 120, "temperature": 0.5}
    completion = ask(llama_server, "Write def add(a, b).", on_text=shown.append, **options)
    assert "".join(shown) == completion.text
    assert 0 < completion.tokens_out <= 40
    assert completion.tokens_in > 10
    assert completion == ask(llama_server, "Write def add(a, b).", **options)


def test_llama_cpps_own_server_holds_to_a_grammar(llama_server: str) -> None:
    for seed in range(3):
        options: dict[str, Any] = {"seed": seed, "temperature": 2, "timeout": 120}
        answer = ask(llama_server, "How good is it?", frame=RATING, **options)
        assert answer.text.isdecimal()
        assert 1 <= int(answer.text) <= 100


def test_llama_cpps_own_server_gets_a_shorter_query(llama_server: str) -> None:
    completion = ask(llama_server, "x = 1\n" * 2000 + "Go on.", max_tokens=8, timeout=120)
    assert completion.shortened


def test_code_is_found_in_what_the_server_says(llama_server: str) -> None:
    query = "Write a Python function add(a, b) in a ```python block."
    completion = ask(llama_server, query, max_tokens=80, timeout=120)
    assert extract_code(completion.text)


@pytest.mark.parametrize(
    "told",
    [
        "max_tokens is too large: 8192. This model supports at most 4096 completion tokens",
        "This model's maximum context length is 4096 tokens. However, you requested 9000 tokens",
    ],
)
def test_an_answer_that_has_no_room_on_the_server_is_made_shorter(serve: Serve, told: str) -> None:
    asked: list[int] = []

    def behave(handler: BaseHTTPRequestHandler, request: Request) -> None:
        asked.append(request["max_tokens"])
        if request["max_tokens"] > 4096:
            refusing(400, message=told)(handler, request)
        else:
            OK(handler, request)

    model = OpenAICompatible(model="m", base_url=serve(behave), retries=1)
    try:
        for _ in range(2):
            answer = model.complete("Count.", seed=1, temperature=0, max_tokens=8192)
            assert (answer.text, answer.shortened) == ("x = 1", False)
    finally:
        model.close()
    assert asked == [8192, 4096, 4096]
