"""The genome for small models: it asks for one short thing at a time, and says how to go on.

This text is carried behind the wall and executed there by the same `exec` and under the same
policy as everything that a model writes later, so each method can be read with
`self.source(name)`, edited and executed again. The few names it takes from the world below it
(`ask_model`, `use_skill`, `extract_code`, `last_outcome`, `source_of`, `describe`) are there for
executed code as well.
"""

# The names from below are builtins there, which no checker here can know.
# ruff: noqa: F821
# mypy: ignore-errors

PROFILE = {"frame": "code", "temperature": 0.3, "max_tokens": 384, "attempts": 3, "memory": 8}


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
        """Say what the model has to know: the task, what there is, and what its last code did."""
        if not self.response:
            return str(self.query)
        outcome, known = last_outcome(), describe(self)
        calls = [thing for thing in known if thing.endswith(")")]
        defined = calls and "def " in self.query and not outcome["error"]
        lines = ["You are the Python object `self`. Your code runs inside you."]
        lines += ["self.source('step') returns the source of your method step."]
        lines += [f"Your task{' was' if defined else ''}: {self.task}"]
        # Asked for the whole task again, a small model would define everything again.
        lines += ["A part of it is done."] if defined else []
        lines += [f"You have: {', '.join(known)}"] if known else []
        if outcome["error"]:
            lines += [f"Your last code failed: {outcome['error']}", ""]
            lines += ["Do not write that code again. Write shorter code without this error."]
            return "\n".join(lines)
        if outcome["stdout"]:
            lines += [f"It printed: {outcome['stdout'][-300:].strip()}"]
        if defined:
            return "\n".join([*lines, "", f"Now run this line:\n{self.example(calls[-1])}"])
        if code := self.without_definitions(self.query):
            lines += ["Your last code:", "```python", code, "```"]
        return "\n".join([*lines, "", self.suggest(known)])

    def example(self, function: str) -> str:
        """Return a call of a function that is described by its name and parameters."""
        name, _, parameters = function.partition("(")
        values = ", ".join(repr(each) for each in parameters[:-1].split(", ") if each)
        return f"```python\nprint({name}({values}))\n```"

    def without_definitions(self, response: str) -> str:
        """Return the code in a response without its functions, classes and comments."""
        kept, inside = [], False
        for line in (extract_code(response) or "").splitlines():
            if line[:1].strip(" )]}"):
                inside = line.startswith(("def ", "class ", "async def ", "@", "#"))
            if line and not inside:
                kept.append(line)
        return "\n".join(kept[:12])

    def suggest(self, known: list[str]) -> str:
        """Choose what the model shall do next, from what there is already."""
        import random

        ideas = [
            "Now write one new short function that helps with the task, and call it.",
            "Now store a new value in an attribute of self, and print it.",
        ]
        for thing in known[-3:]:
            name = thing.partition("(")[0].partition(" =")[0]
            if thing.endswith(")"):
                ideas += [f"Now run this line, with other values:\n{self.example(thing)}"]
                ideas += [f"Now store what {name} returns in an attribute of self, and print it."]
            else:
                ideas += [f"Now use {name} to compute something new."]
        return random.choice(ideas)

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
