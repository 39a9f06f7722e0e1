"""What the interpreter behind a wall (`inside/console.py`) asks its host for: two skills.

Code there calls tools, which stay here with whatever they return that is no plain data. And it gets
along with a step what is new since the last one.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from autoagent.integrations.inside.plain import KIND, OF, pack, unpack
from autoagent.message import Data, from_json
from autoagent.skills import SkillContext

FINAL = "final_answer"
LONGEST_RESULT = 4 << 20
"""Characters of what a tool returns to code, as JSON."""
LONGEST_ERROR = 4_000
MOST_KEPT = 1_000


class Tools:
    """The skill by which code calls tools, and what of their results stays here.

    Attributes:
        callables: The tools.
        final: The final answer of this step, if there is one.
    """

    name = "tool"
    description = "calls a tool"
    cost = 0.0
    remembered = False

    def __init__(self) -> None:
        self.callables: dict[str, Callable[..., Any]] = {}
        self.final: list[Any] = []
        self._kept: list[Any] = []

    def call(self, arguments: Data, context: SkillContext) -> Data:
        """Call a tool; what it raises is raised in the code."""
        try:
            name = str(arguments["name"])
            args, kwargs = self._unpacked(from_json(arguments["text"]))
            result = self.callables[name](*args, **kwargs)
            if name == FINAL:
                self.final = [result]
                return {}
            value = self.packed(result)
            if (length := len(json.dumps(value))) > LONGEST_RESULT:
                raise ValueError(
                    f"{name} returned {length:,} characters, and may return {LONGEST_RESULT:,}"
                )
        except Exception as error:  # tools are somebody's: their faults are told to the code
            return {"raised": [type(error).__name__, str(error)[:LONGEST_ERROR]]}
        return {"value": value}

    def packed(self, value: Any) -> Any:
        """Return what stands for a value inside: plain data, or a handle of what stays here."""
        return pack(value, self._keep)

    def value_of(self, report: Data) -> Any:
        """Return what the interpreter says that code has for its value."""
        return report["text"] if "text" in report else self._unpacked(report.get("value"))

    def _keep(self, value: Any) -> Any:
        if type(value).__module__ == "numpy":
            return pack(value.tolist(), self._keep)
        if len(self._kept) >= MOST_KEPT:
            raise ValueError(f"more than {MOST_KEPT:,} things that are no plain data are kept")
        self._kept.append(value)
        text = f"<{type(value).__name__}, kept outside: only tools can take it>"
        return {KIND: "kept", OF: [len(self._kept) - 1, text]}

    def _unpacked(self, data: Any) -> Any:
        return unpack(data, self._found)

    def _found(self, kind: str, of: Any) -> Any:
        """Return what a handle is of."""
        match kind, of:
            case "kept", [int(number), *_] if 0 <= number < len(self._kept):
                return self._kept[number]
        raise ValueError("this is no plain data")


class Given:
    """The skill by which code gets what comes along with a step.

    Attributes:
        shows: The name that the step's value has.
    """

    name = "given"
    description = "tells what comes with a step"
    cost = 0.0
    remembered = False

    def __init__(self) -> None:
        self.shows = ""
        self._all: Data = {"tools": {}, "variables": {}}
        self._new = self._all

    def give(self, kind: str, by_name: Mapping[str, Any]) -> None:
        """Have code get tools or variables with its next step."""
        self._all = {**self._all, kind: {**self._all[kind], **by_name}}
        self._new = {**self._new, kind: {**self._new[kind], **by_name}}

    def again(self) -> None:
        """Have it get all that there ever were."""
        self._new = self._all

    def call(self, arguments: Data, context: SkillContext) -> Data:
        """Give what is new."""
        given, self._new = self._new, {"tools": {}, "variables": {}}
        return {**given, "shows": self.shows}
