"""Spans of a run, made of its events as they come.

The names are those of the semantic conventions for generative AI (OpenTelemetry, version 1.41, in
development): a sitting invokes an agent or a workflow, a question to a model is a chat, a skill is
a tool that is executed. Ids follow from the run and the event's number, so that what is sent twice
is the same span. What was asked and answered is not in them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from opentelemetry.trace import SpanContext, SpanKind, Status, StatusCode, TraceFlags

from autoagent.asker import CALL
from autoagent.journal import BEGINS, Event
from autoagent.telemetry.fields import data_of, nanoseconds, number_of, text_of

RESOURCE = Resource({"service.name": "autoagent"})
SCOPE = InstrumentationScope("autoagent")
AGENT = "agent"
PARTS = ("generation", "batch")
"""Kinds of events that complete a part of a search."""
FAILED = ("failed", "unreachable")


class Spans:
    """Makes spans of a run's events.

    Args:
        run: Id of the run.
    """

    def __init__(self, run: str) -> None:
        self._run = run
        self._trace = int.from_bytes(hashlib.sha256(run.encode()).digest()[:16], "big")
        self._model, self._activity = "", ""
        self._first: Event | None = None
        self._sitting: Event | None = None
        self._heartbeat: Event | None = None
        self._part: Event | None = None
        self._before: Event | None = None

    def take(self, event: Event) -> Iterator[ReadableSpan]:
        """Yield the spans that an event completes."""
        data = data_of(event)
        if event.kind in BEGINS:
            self._first = self._first or event
            self._sitting = self._part = event
            self._model = text_of(data, "llm") or self._model
            self._activity = text_of(data, "activity") or self._activity
        elif event.kind == "heartbeat":
            self._heartbeat = event
        elif self._sitting is not None and self._before is not None:
            yield from self._completed(event, data, self._sitting, self._before)
        self._before = event

    def _completed(
        self, event: Event, data: dict[str, Any], sitting: Event, before: Event
    ) -> Iterator[ReadableSpan]:
        above = self._heartbeat or sitting
        if event.kind == CALL:
            # As far as a journal knows, a question was asked when the event before it was written.
            told, kind = self._asked(data), SpanKind.CLIENT
            yield self._span(f"chat {self._model}", before, event, told, above=above, kind=kind)
        elif event.kind == "skill":
            name = text_of(data, "name")
            told = {"gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": name}
            error = text_of(data, "error")
            yield self._span(f"execute_tool {name}", before, event, told, error, above=above)
        elif event.kind == "outcome":
            told, error = _lived(data), text_of(data, "error")
            yield self._span("step", above, event, told, error, above=sitting, own=above)
            self._heartbeat = None
        elif event.kind in PARTS:
            told = {"autoagent.number": int(number_of(data, "number"))}
            yield self._span(event.kind, self._part or sitting, event, told, above=sitting)
            self._part = event
        elif event.kind == "end":
            told = self._ended(data)
            error = text_of(data, "detail") if told["autoagent.cause"] in FAILED else ""
            name = f"{told['gen_ai.operation.name']} {self._activity or AGENT}"
            # Sittings after the first one are below it: a trace has one root.
            first = None if sitting is self._first else self._first
            yield self._span(name, sitting, event, told, error, above=first, own=sitting)

    def _asked(self, data: dict[str, Any]) -> dict[str, Any]:
        return {
            "gen_ai.operation.name": "chat",
            "gen_ai.provider.name": self._model.partition(":")[0],
            "gen_ai.request.model": self._model,
            "gen_ai.request.temperature": number_of(data, "temperature"),
            "gen_ai.request.seed": int(number_of(data, "seed")),
            "gen_ai.response.model": text_of(data, "model"),
            "gen_ai.response.finish_reasons": (text_of(data, "finish"),),
            "gen_ai.usage.input_tokens": int(number_of(data, "tokens_in")),
            "gen_ai.usage.output_tokens": int(number_of(data, "tokens_out")),
            "autoagent.cost": float(number_of(data, "cost")),
            "autoagent.problem": text_of(data, "problem"),
        }

    def _ended(self, data: dict[str, Any]) -> dict[str, Any]:
        told = {
            "gen_ai.conversation.id": self._run,
            "gen_ai.request.model": self._model,
            "autoagent.cause": text_of(data, "cause"),
        }
        if self._activity:
            named = {"gen_ai.workflow.name": self._activity}
            return {"gen_ai.operation.name": "invoke_workflow", **named, **told}
        named = {"gen_ai.agent.id": self._run, "gen_ai.agent.name": "AutonomousLLM"}
        return {"gen_ai.operation.name": "invoke_agent", **named, **told}

    def _span(
        self,
        name: str,
        begun: Event,
        ended: Event,
        told: dict[str, Any],
        error: str = "",
        *,
        above: Event | None,
        own: Event | None = None,
        kind: SpanKind = SpanKind.INTERNAL,
    ) -> ReadableSpan:
        """Return a span.

        Args:
            name: Its name.
            begun: The event with which it began.
            ended: The event with which it ended.
            told: Its attributes; what is empty is left out.
            error: What failed.
            above: The event that the span above it has its id from.
            own: The event that it has its own id from; by default the one that ended it.
            kind: Its kind.
        """
        return ReadableSpan(
            name=name,
            context=self._context(own or ended),
            parent=None if above is None else self._context(above),
            resource=RESOURCE,
            attributes={key: value for key, value in told.items() if value not in ("", ("",))},
            kind=kind,
            status=Status(StatusCode.ERROR, error) if error else Status(),
            start_time=min(nanoseconds(begun), nanoseconds(ended)),
            end_time=nanoseconds(ended),
            instrumentation_scope=SCOPE,
        )

    def _context(self, event: Event) -> SpanContext:
        digest = hashlib.sha256(f"{self._run}:{event.number}".encode()).digest()
        span = int.from_bytes(digest[:8], "big")
        return SpanContext(self._trace, span, is_remote=False, trace_flags=TraceFlags(1))


def _lived(data: dict[str, Any]) -> dict[str, Any]:
    harm = data.get("harm")
    return {
        "autoagent.step": int(number_of(data, "step")),
        "autoagent.genome": text_of(data, "genome"),
        "autoagent.harm": len(harm) if isinstance(harm, list) else 0,
        "autoagent.cause": text_of(data, "cause"),
        "autoagent.fuel": int(number_of(data, "fuel")),
    }
