"""Fuzz what an MCP server says of its tools and gives: ``python -m tests.fuzz.fuzz_tools``.

An input is the JSON of a list of tools, or of a result, as a server sends it, or one that is put
together from it. Arguments are libFuzzer's.
"""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import atheris
from mcp.types import CallToolResult, ListToolsResult

with atheris.instrument_imports(include=["autoagent.mcp.told", "autoagent.mcp.tool"]):
    from autoagent.host import Idle
    from autoagent.mcp.told import LONGEST_LINE, described, name_for
    from autoagent.mcp.tool import LONGEST_RESULT, value_of
    from autoagent.message import to_json
    from autoagent.skill_calls import SkillCalls
    from autoagent.skills import SkillContext
    from tests.fuzz.targets import fuzz

SCHEMA = {
    "properties": {"city": {"type": "string"}, "days": {"type": "integer", "default": 3}},
    "required": ["city"],
}
TOOL = {"name": "weather", "description": "Tells it.", "inputSchema": SCHEMA}
RESULTS: tuple[dict[str, Any], ...] = (
    {"content": [{"type": "text", "text": "sunny"}]},
    {"content": [], "structuredContent": {"result": [1, {"a": None}]}},
    {"content": [{"type": "text", "text": "no"}], "isError": True},
    {"content": [{"type": "image", "data": "AA==", "mimeType": "image/png"}]},
)
STRANGE = ["null", "true", "-1", "1e999", "NaN", '""', '"\\u202e\\n"', "[]", "{}", '{"type":[[]]}']
STRANGE += ['{"anyOf":[{"enum":[1e999]},{"type":"array","items":{"enum":"a"}}]}', "[[],null,5]"]


class Given:
    """A skill that gives what a server gave.

    Args:
        result: What it sent.
    """

    name, description, cost, acts = "given", "", 0.0, True

    def __init__(self, result: CallToolResult) -> None:
        self._result = result

    def call(self, arguments: dict[str, Any], context: SkillContext) -> Any:
        """Return it as an organism is told it."""
        return value_of(self._result)


def one_input(data: bytes) -> None:
    """Read tools and a result; an organism is told both in bounds, and a journal can hold them."""
    choices = atheris.FuzzedDataProvider(data)
    told, given = [dict(TOOL)], dict(choices.PickValueInList(list(RESULTS)))
    if choices.ConsumeBool():
        forged(told[0], choices)
        forged(given, choices)
        texts = json.dumps({"tools": told}), json.dumps(given)
    else:
        half = choices.ConsumeUnicodeNoSurrogates(choices.ConsumeIntInRange(0, 400))
        texts = half, choices.ConsumeUnicodeNoSurrogates(choices.remaining_bytes())
    with suppress(ValueError):  # as the library has it, before anything of ours sees it
        listed(ListToolsResult.model_validate_json(texts[0]))
    with suppress(ValueError):
        performed(CallToolResult.model_validate_json(texts[1]))


def forged(value: Any, choices: atheris.FuzzedDataProvider) -> None:
    """Exchange some parts for others than they must be."""
    for _ in range(choices.ConsumeIntInRange(0, 4)):
        part = value
        while isinstance(part, dict) and part and choices.ConsumeBool():
            inner = part[choices.PickValueInList([*part])]
            if not isinstance(inner, dict):
                break
            part = inner
        key = choices.PickValueInList([*part, "enum", "anyOf", "items", "type"])
        strange = choices.PickValueInList(STRANGE)
        part[key] = json.loads(strange) if choices.ConsumeBool() else choices.ConsumeUnicode(20)


def listed(found: ListToolsResult) -> None:
    """Fail unless each tool has a name that can be said, and is told in a line."""
    names: set[str] = set()
    for tool in found.tools:
        name = name_for(tool.name, names)
        assert name not in names
        assert name.isascii()
        names.add(name)
        line = described(name, tool.input_schema, tool.description or "")
        assert len(line) <= LONGEST_LINE
        to_json({"description": line})


def performed(result: CallToolResult) -> None:
    """Fail unless an organism is given it, or told why not."""
    context = SkillContext(now=0.0, born=0.0, steps=0, seed=0, history=())
    told = SkillCalls([Given(result)], Idle()).perform("given", {}, context)
    assert told.keys() in ({"output"}, {"error"})
    assert len(to_json(told)) <= 20 * LONGEST_RESULT


def main() -> None:
    """Fuzz, beginning with one of each kind."""
    examples = [json.dumps({"tools": [TOOL]}).encode(), *(json.dumps(r).encode() for r in RESULTS)]
    words = ["tools", "inputSchema", "properties", "required", "anyOf", "enum", "content", "type"]
    fuzz("tools", one_input, [*words, "structuredContent", "isError", "result"], examples)


if __name__ == "__main__":
    main()
