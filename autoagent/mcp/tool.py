"""One tool of a server, as a skill."""

from __future__ import annotations

import json
from typing import Any

from mcp.types import (
    CallToolResult,
    ContentBlock,
    EmbeddedResource,
    TextContent,
    TextResourceContents,
    Tool,
)

from autoagent.mcp.connection import Connection
from autoagent.mcp.told import described
from autoagent.skills import SkillContext, SkillError

LONGEST_RESULT = 1 << 16
"""Characters of a result that an organism is given."""


class ServerTool:
    """A tool that a server offers.

    Args:
        server: Has it called.
        tool: What the server says of it.
        name: What the organism calls it by.
    """

    cost = 0.0
    acts = True

    def __init__(self, server: Connection, tool: Tool, name: str) -> None:
        self.name = name
        self.description = described(name, tool.input_schema, tool.description or "")
        self._server = server
        self._tool = tool.name

    def call(self, arguments: dict[str, Any], context: SkillContext) -> Any:
        """Have the server perform it.

        Raises:
            SkillError: It refuses, fails, is gone, or says too much or what is no result.
        """
        return value_of(self._server.call(self._tool, arguments))


def value_of(result: CallToolResult) -> Any:
    """Return what a tool gave: its structured content, if there is some, or its text.

    Servers wrap what is no object as ``{"result": ...}``; that is taken off again.

    Raises:
        SkillError: It says that it failed.
    """
    text = "\n".join(map(_text, result.content))
    if len(text) > LONGEST_RESULT:
        text = f"{text[:LONGEST_RESULT]} [... {len(text) - LONGEST_RESULT} characters more]"
    if result.is_error:
        raise SkillError(text or "the tool failed, and does not say why")
    structured = result.structured_content
    if structured is None or len(json.dumps(structured)) > LONGEST_RESULT:
        return text
    return structured["result"] if structured.keys() == {"result"} else structured


def _text(block: ContentBlock) -> str:
    told = block.resource if isinstance(block, EmbeddedResource) else block
    if isinstance(told, TextContent | TextResourceContents):
        return told.text
    return f"[{block.type}, not shown]"
