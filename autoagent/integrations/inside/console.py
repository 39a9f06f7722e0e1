"""An interpreter for somebody's agent: executes what it is given, says what came of it, waits.

It is the genome of a life, and stands on `plain`, whose names it finds before its own. The code
that it executes has a namespace of its own: nothing that is defined there gets in the way of this.
"""

# The names from below are builtins there, and those of `plain` stand before this text.
# ruff: noqa: F821
# mypy: ignore-errors

import json

LONGEST_ARGUMENTS = 1 << 18
LONGEST_SHOWN = 20_000
FINAL = "final_answer"


class FinalAnswer(BaseException):
    """Leaves the code that has given its final answer: `except Exception` does not stop it."""


class Kept:
    """Something that stays on the host: code here can hand it to a tool, and do nothing else."""

    def __init__(self, number, text):
        self.number = number
        self.text = text

    def __repr__(self):
        return self.text


RAISED = {
    kind.__name__: kind
    for kind in (
        *(ArithmeticError, AssertionError, AttributeError, ConnectionError, FileNotFoundError),
        *(IndexError, KeyError, LookupError, NotImplementedError, OSError, PermissionError),
        *(RuntimeError, TimeoutError, TypeError, ValueError, ZeroDivisionError),
    )
}


def unplain(value):
    """Return what stands for a value that is no plain data, if it came from the host."""
    if type(value) is Kept:
        return {KIND: "kept", OF: [value.number, value.text]}
    raise TypeError(
        f"only plain data leaves the sandbox (numbers, text, bytes, lists, dicts, tuples, sets, "
        f"dates), and {type(value).__name__} is none; give a text or a dict of it"
    )


def kept(kind, of):
    """Return what stands here for something that stays on the host."""
    return Kept(*of)


class AutonomousLLM(Body):
    """The interpreter: its loop asks for code, as an agent asks its model."""

    def __init__(self, query):
        self.query = query
        self.space = {"__name__": "__main__"}

    def run(self):
        """Execute what comes, as long as there is any."""
        report = ""
        while True:
            code = ask_model(report)
            shows = self.take(use_skill("given", {}))
            report = json.dumps(self.execute(code, shows))

    def take(self, given):
        """Take what the host gives along with code; return the name of its value."""
        for name in given["tools"]:
            self.space[name] = self.tool(name)
        for name, value in given["variables"].items():
            self.space[name] = unpack(value, kept)
        return given["shows"]

    def tool(self, name):
        """Return a function that has the host call a tool."""

        def tool(*args, **kwargs):
            text = json.dumps(pack([args, kwargs], unplain))
            if len(text) > LONGEST_ARGUMENTS:
                raise ValueError(
                    f"{name} takes at most {LONGEST_ARGUMENTS:,} characters of arguments, not "
                    f"{len(text):,}"
                )
            answer = use_skill("tool", {"name": name, "text": text})
            if "raised" in answer:
                kind, told = answer["raised"]
                raise RAISED[kind](told) if kind in RAISED else RuntimeError(f"{kind}: {told}")
            if name == FINAL:
                raise FinalAnswer()
            return unpack(answer["value"], kept)

        tool.__name__ = tool.__qualname__ = name
        return tool

    def execute(self, code, shows):
        """Execute code, and return its value as far as it can be told; errors are told below."""
        self.space.pop("_", None)
        try:
            exec(code, self.space)
        except FinalAnswer:
            return {"final": True}
        except Exception:
            return {}
        value = self.space.get(shows)
        try:
            told = {"value": pack(value, unplain)}
            if len(json.dumps(told)) <= LONGEST_SHOWN:
                return told
        except Exception:
            pass
        try:
            return {"text": repr(value)[:LONGEST_SHOWN]}
        except Exception as error:
            return {"text": f"<{type(value).__name__}, whose repr raised {type(error).__name__}>"}
