"""An executor for smolagents whose code runs behind one of our walls.

    executor = WallExecutor()
    agent = CodeAgent(tools=[...], model=model, executor=executor)

The agent's code lives in an organism whose genome is an interpreter (`inside/console.py`), so its
variables stay between steps, and all that holds for lives holds for it: the wall, the policy, the
limits. Its tools stay on the host. Code reaches them by a message, with plain data as arguments;
what they return that is no plain data stays here too, and code gets a handle that it can pass on.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from smolagents.local_python_executor import CodeOutput, InterpreterError, PythonExecutor
from smolagents.utils import truncate_content

from autoagent.death import Cause
from autoagent.finish import Files
from autoagent.first_genome import FirstGenome
from autoagent.integrations.inside.plain import KIND, OF, pack, unpack
from autoagent.life import CodePolicy, Life
from autoagent.message import Data, from_json
from autoagent.outcome import Death
from autoagent.skills import SkillContext
from autoagent.walls import open_wall
from sandbox.limits import Limits
from sandbox.parsing import statements
from sandbox.rules import ALLOWED_MODULES
from sandbox.session import Sandbox

FINAL = "final_answer"
LONGEST_RESULT = 4 << 20
"""Characters of what a tool returns to code, as JSON."""
LONGEST_ERROR = 4_000
MOST_KEPT = 1_000
LONGEST_PRINTED = 50_000
STORED = "_ = "
PLACED = re.compile(r"(.*) \(line \d+: (.*)\)", re.DOTALL)
UNPARSED = re.compile(r"SyntaxError: line (\d{1,9})\b")
NOT_HERE = "exit() and finish() end nothing here; call final_answer(...) when you are done"


class WallExecutor(PythonExecutor):  # type: ignore[misc]
    """Executes the code of a `smolagents.CodeAgent` behind a wall.

    Hand it to one agent. A managed agent has an executor of its own, which may share the wall.

    Args:
        sandbox: The name of a wall (``wasm``, ``process``, ``docker``), or a wall; one that is
            handed in stays open.
        policy: ``strict``, or ``open`` to rely on the wall alone. It decides what code may import:
            `authorized_imports` under ``strict``, and under ``open`` what there is behind the wall.
        limits: What the code of one step may spend.
        max_print_outputs_length: Characters of what a step prints that the model is shown.
        seed: Everything random in the code follows from it.

    Attributes:
        authorized_imports: Modules that ``strict`` lets code import. Hand them to the agent as its
            ``additional_authorized_imports``, which then tells its model the truth; by itself that
            argument of an agent changes nothing here.
        state: Has what the last step printed, as ``_print_outputs``.

    Raises:
        ExtensionError: There is no such wall; the message says which there are.
        SandboxError: The wall cannot be opened on this machine.
    """

    authorized_imports = sorted(ALLOWED_MODULES - {"__future__"})

    def __init__(
        self,
        sandbox: str | Sandbox = "wasm",
        *,
        policy: CodePolicy = "strict",
        limits: Limits | None = None,
        max_print_outputs_length: int = LONGEST_PRINTED,
        seed: int = 0,
    ) -> None:
        self._wall = open_wall(sandbox) if isinstance(sandbox, str) else sandbox
        self._owned = isinstance(sandbox, str)
        self._policy, self._limits, self._seed = policy, limits, seed
        self._most_printed = max_print_outputs_length
        self._tools = _Tools()
        self._given = _Given()
        self._life: Life | None = None
        self.state: dict[str, Any] = {"_print_outputs": ""}

    def send_tools(self, tools: Mapping[str, Callable[..., Any]]) -> None:
        """Let code call tools and managed agents by their names."""
        self._tools.callables.update(tools)
        self._given.give("tools", dict.fromkeys(tools))

    def send_variables(self, variables: Mapping[str, Any]) -> None:
        """Give code variables: plain data as it is, and handles of anything else."""
        packed = {name: self._tools.packed(value) for name, value in variables.items()}
        self._given.give("variables", packed)

    def __call__(self, code_action: str) -> CodeOutput:
        """Execute code, and return its value and what it printed.

        The value is that of the last statement, if that is an expression or an assignment to a
        name. Where it is no plain data, its ``repr`` stands for it.

        Raises:
            InterpreterError: The code failed; the message is for the model.
        """
        code, self._given.shows = showing(code_action.strip())
        event = self._living().answer(code)
        logs = truncate_content(event.outcome.stdout, self._most_printed)
        self.state["_print_outputs"] = logs
        if isinstance(event, Death):
            raise self._lost(f"{event.cause.value}: {event.detail}")
        try:
            report = from_json(str(event.query))
            if report.get("final") is True:
                return CodeOutput(output=self._tools.final, logs=logs, is_final_answer=True)
            value = self._tools.value_of(report)
        except (ValueError, AttributeError, RecursionError):
            raise self._lost("it spoke for its interpreter") from None
        if event.outcome.error:
            raise InterpreterError(failure(event.outcome.error, code_action))
        return CodeOutput(output=value, logs=logs, is_final_answer=False)

    def cleanup(self) -> None:
        """End the code, and the wall if it is the executor's own; doing so twice is fine."""
        if self._life is not None:
            self._life.close()
            self._life = None
        if self._owned:
            self._wall.close()

    def _living(self) -> Life:
        """Return an interpreter that waits for code: the same as ever, or a new one."""
        if self._life is None or not self._life.alive:
            self._given.again()
            self._life = Life(
                self._wall,
                limits=self._limits,
                policy=self._policy,
                on_harm="feedback",
                seed=self._seed,
                skills=(self._tools, self._given),
                first=console(),
                finish=_stays,
            )
            born = self._life.begin("")
            if isinstance(born, Death):
                raise InterpreterError(f"the interpreter did not start ({born.detail})")
        return self._life

    def _lost(self, why: str) -> InterpreterError:
        """Give up an interpreter, and return what its agent is told."""
        if self._life is not None:
            self._life.close()
        return InterpreterError(
            f"Code execution was ended ({why}). A new interpreter is there: it has the tools and "
            "the variables that were given at the beginning, and nothing that code has defined."
        )


class _Tools:
    """The skill by which code calls tools, and what of their results stays here."""

    name = "tool"
    description = "calls a tool"
    cost = 0.0
    remembered = False

    def __init__(self) -> None:
        self.callables: dict[str, Callable[..., Any]] = {}
        self.final: Any = None
        self._kept: list[Any] = []

    def call(self, arguments: Data, context: SkillContext) -> Data:
        """Call a tool; what it raises is raised in the code."""
        try:
            name = str(arguments["name"])
            args, kwargs = self._unpacked(from_json(arguments["text"]))
            result = self.callables[name](*args, **kwargs)
            if name == FINAL:
                self.final = result
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
        if hasattr(value, "tolist"):  # numbers and arrays of numpy
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


class _Given:
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


def showing(code: str) -> tuple[str, str]:
    """Return code that stores the value of its last statement, and the name that it has then."""
    found = statements(code)
    match found[-1] if found else None:
        case ast.Expr() as last:
            lines = code.split("\n")
            line = lines[last.lineno - 1].encode()
            lines[last.lineno - 1] = (
                line[: last.col_offset] + STORED.encode() + line[last.col_offset :]
            ).decode()
            return "\n".join(lines), "_"
        case ast.Assign(targets=[ast.Name(id=name)]):
            return code, name
    return code, ""


def failure(error: str, code: str) -> str:
    """Return an error of code in the words that smolagents' own executor has for it."""
    what, line = error, ""
    if found := PLACED.fullmatch(error):
        what, line = found.groups()
    elif found := UNPARSED.match(error):
        line = "".join(code.split("\n")[int(found[1]) - 1 :][:1])
    place = f" at line '{line.removeprefix(STORED).strip()}'" if line else ""
    return f"Code execution failed{place} due to: {what}"


@cache
def console() -> FirstGenome:
    """Return the genome of a life that is an interpreter."""
    folder = files("autoagent.integrations.inside")
    texts = [folder.joinpath(f"{name}.py").read_text("utf-8") for name in ("plain", "console")]
    return FirstGenome(name="console", base="\n\n".join(texts))


def _stays(cause: Cause, result: Any, files: Files) -> str:
    return NOT_HERE
