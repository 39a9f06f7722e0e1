"""Runs as spans and metrics, sent to a real receiver."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from autoagent.journal import Journal
from tests.autoagent.telemetry.collectors import Receiver, attributes, receiving
from tests.commands import autoagent, lines, refused

LIFE = "x = self.use('clock')\n.\nimport os; os.system('x')\n.\n"
NOWHERE = "http://127.0.0.1:9"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


def names(receiver: Receiver) -> list[str]:
    return [span.name for span in receiver.spans]


def recorded(db: Path, *events: tuple[str, Any], **begun: Any) -> str:
    with closing(Journal(db)) as journal:
        run = journal.begin({"prompt": "p", "llm": "openai:m", **begun})
        for event in events:
            journal.append(run, [event])
    return run


def test_a_life_is_sent_while_it_is_lived_and_the_same_again_afterwards(
    db: Path, receiver: Receiver
) -> None:
    run = ("run", "Say", "--llm", "human", "--skills", "clock", "--db", db, "--json")
    *_, last = lines(autoagent(*run, "--otlp", receiver.url, typed=LIFE))
    assert last["summary"]["cause"] == "harm"
    expected = ["chat human", "execute_tool clock", "step", "chat human", "step"]
    assert names(receiver) == [*expected, "invoke_agent agent"]
    chat, tool, step, _, death, root = receiver.spans
    assert len({span.trace_id for span in receiver.spans}) == 1
    assert chat.parent_span_id == tool.parent_span_id == step.span_id
    assert step.parent_span_id == death.parent_span_id == root.span_id
    assert root.parent_span_id == b""
    assert attributes(chat)["gen_ai.provider.name"] == "human"
    assert attributes(death)["autoagent.cause"] == "harm"
    assert death.status.code == 2
    assert attributes(root)["gen_ai.agent.id"] == last["summary"]["run"]
    assert all(root.start_time_unix_nano <= s.start_time_unix_nano for s in receiver.spans)
    assert all(s.start_time_unix_nano <= s.end_time_unix_nano for s in receiver.spans)
    (deaths,) = receiver.metrics["autoagent.deaths"].sum.data_points
    assert (deaths.as_int, attributes(deaths)["autoagent.cause"]) == (1, "harm")

    sent = [span.SerializeToString() for span in receiver.spans]
    receiver.spans.clear()
    done = autoagent("export-spans", "last", "--otlp", receiver.url + "/", "--db", db)
    assert b"sent 6 spans" in done.stderr
    assert [span.SerializeToString() for span in receiver.spans] == sent


def test_who_goes_on_sends_what_is_new_below_what_was(db: Path, receiver: Receiver) -> None:
    command = ("--db", db, "--otlp", receiver.url, "--steps", "1")
    autoagent("run", "Say", "--llm", "human", *command, typed="x = 1\n.\n")
    *_, root = receiver.spans
    autoagent("resume", "last", *command, typed="y = 2\n.\n")
    assert names(receiver) == ["chat human", "step", "invoke_agent agent"] * 2
    assert receiver.spans[-1].parent_span_id == root.span_id
    (steps,) = receiver.metrics["autoagent.steps"].sum.data_points
    assert steps.as_int == 2


def test_tokens_and_money_are_added_up_over_all_questions(db: Path, receiver: Receiver) -> None:
    call = {"tokens_in": 20, "tokens_out": 3, "cost": 0.25, "model": "m-1", "finish": "stop"}
    end = {"cause": "unreachable", "detail": "gone"}
    events = [("call", call), ("call", call), ("generation", {"number": 0}), ("end", end)]
    run = recorded(db, *events, activity="translation")
    assert autoagent("export-spans", run, "--otlp", receiver.url, "--db", db).returncode == 0
    chat = "chat openai:m"
    assert names(receiver) == [chat, chat, "generation", "invoke_workflow translation"]
    told = attributes(receiver.spans[0])
    assert (told["gen_ai.usage.input_tokens"], told["gen_ai.usage.output_tokens"]) == (20, 3)
    assert (told["gen_ai.provider.name"], told["gen_ai.response.model"]) == ("openai", "m-1")
    points = receiver.metrics["gen_ai.client.token.usage"].histogram.data_points
    sums = {attributes(p)["gen_ai.token.type"]: (p.count, p.sum) for p in points}
    assert sums == {"input": (2, 40.0), "output": (2, 6.0)}
    assert [sum(point.bucket_counts) for point in points] == [2, 2]
    (cost,) = receiver.metrics["autoagent.cost"].sum.data_points
    assert cost.as_double == 0.5
    assert receiver.spans[-1].status.message == "gone"


def test_texts_stay_at_home_and_a_stranger_may_have_written_anything(
    db: Path, receiver: Receiver
) -> None:
    secret = {"query": "secret", "text": "secret", "input": {"k": "secret"}, "stdout": "secret"}
    wrong = {"tokens_in": "9", "name": "\x1b[2J", "harm": 3, "cause": [], "step": None}
    kinds = ("heartbeat", "call", "reply", "skill", "outcome", "batch", "opera", "end")
    events = [(kind, data) for data in ({**secret, **wrong}, {}) for kind in kinds]
    run = recorded(db, *events, ("call", []), llm=None)
    done = autoagent("export-spans", run, "--otlp", receiver.url, "--db", db)
    assert done.returncode == 0, done.stderr.decode()
    sent = b"".join(span.SerializeToString() for span in receiver.spans)
    assert len(receiver.spans) == 11
    assert b"secret" not in sent
    assert b"\x1b[2J" not in sent


def test_a_collector_that_is_not_there_hurts_no_run(db: Path) -> None:
    run = ("run", "Say", "--llm", "human", "--steps", "1", "--db", db, "--json")
    done = autoagent(*run, "--otlp", NOWHERE, typed="x = 1\n.\n")
    step, last = lines(done)
    assert (step["error"], last["summary"]["cause"]) == ("", "budget")
    assert f"{NOWHERE} takes nothing" in done.stderr.decode()
    assert f"`autoagent export-spans {step['run']} --otlp {NOWHERE}` sends it" in str(done.stderr)
    again = autoagent("export-spans", "last", "--otlp", NOWHERE, "--db", db)
    assert again.returncode == 1
    assert b"takes nothing" in again.stderr
    assert b"Traceback" not in again.stderr


@pytest.mark.parametrize("url", ["", "ftp://x", "127.0.0.1:4318", "http://", "http://x:99999"])
def test_what_is_no_address_is_told_before_anything_is_done(db: Path, url: str) -> None:
    refused(autoagent("run", "Say", "--llm", "human", "--db", db, "--otlp", url), "--otlp")
    assert not db.exists()


def test_a_run_is_followed_to_its_end(db: Path, receiver: Receiver) -> None:
    run = recorded(db, ("end", {"cause": "budget"}))
    done = autoagent("export-spans", run, "--follow", "--otlp", receiver.url, "--db", db)
    assert done.returncode == 0
    assert names(receiver) == ["invoke_agent agent"]
