"""The first genome: an object that runs what a language model writes, and may rewrite itself.

This text is carried behind the wall and executed there by the same `exec` and under the same
policy as everything that a model writes later, so each method can be read with
`self.source(name)`, edited and executed again. The few names it takes from the world below it
(`ask_model`, `use_skill`, `extract_code`, `last_outcome`, `source_of`, `describe`) are there for
executed code as well.
"""

# The names from below are builtins there, which no checker here can know.
# ruff: noqa: F821
# mypy: ignore-errors


class AutonomousLLM(Body):
    """A living object: its methods and attributes are its state, and its loop is its life.

    Attributes:
        query: What goes to the model next.
        response: What came back last.
    """

    def __init__(self, query: str) -> None:
        self.task = query
        self.query = query
        self.response = ""

    def run(self) -> None:
        """Live. When this returns or raises, life is over."""
        loop = self.run
        while self.run == loop:
            self.step()
        self.run()  # the loop was rewritten, and the new one takes over

    def step(self) -> None:
        """One turn: ask the model, execute its answer, and let the answer be the next query."""
        self.response = self.call_llm(self.build_query())
        self.execute_code(self.response)
        self.query = self.response

    def build_query(self) -> str:
        """Say what the model has to know: the task, itself, and what its last code did."""
        if not self.response:
            return str(self.query)
        lines = [f"Task: {self.task}", "", f"You are `self`, and so far you have: {describe(self)}"]
        lines += ["", "Your last code:", "```python", str(extract_code(self.query)), "```"]
        outcome = last_outcome()
        if outcome["error"]:
            lines += ["It failed:", outcome["error"], "Write corrected code."]
        else:
            lines += ["It printed:", outcome["stdout"][-500:] or "(nothing)"]
            lines += ["Do the next step with new code: call what you have, or add something new."]
        return "\n".join(lines)

    def call_llm(self, query: str) -> str:
        """Ask the language model. Each call is a heartbeat."""
        return ask_model(query)

    def execute_code(self, response: str) -> None:
        """Run the code in the response; its errors come back to the model in the next query."""
        try:
            exec(extract_code(response) or response)
        except Exception:
            pass

    def use(self, skill: str, **arguments: object) -> object:
        """Let the host perform a skill, and return its result."""
        return use_skill(skill, arguments)

    def source(self, name: str) -> str:
        """Return the current source of any of this object's methods or functions."""
        return source_of(self, name)

    @property
    def state(self) -> dict[str, object]:
        """Everything this object has: attributes, methods, and the names its code defined."""
        return self.everything()
