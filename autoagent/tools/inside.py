"""An interpreter for somebody's agent: executes what it is given, and says its value.

It is the genome of a life. The code has a namespace of its own: nothing that is defined there gets
in the way of this.
"""

# The names from below are builtins there, which no checker here can know.
# ruff: noqa: F821
# mypy: ignore-errors

LONGEST_VALUE = 20_000


class AutonomousLLM(Body):
    """The interpreter: its loop asks for code, as an agent asks its model."""

    def __init__(self, query):
        self.space = {"__name__": "__main__"}

    def run(self):
        """Execute what comes, as long as there is any."""
        value = ""
        while True:
            code = ask_model(value)
            self.space.pop("_", None)
            try:
                exec(code, self.space)
                value = self.told(self.space.get("_"))
            except Exception:
                value = ""

    def told(self, value):
        """Return a value in words, as an interpreter shows it."""
        return "" if value is None else repr(value)[:LONGEST_VALUE]
