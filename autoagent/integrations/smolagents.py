"""An executor for smolagents whose code runs behind one of our walls.

    executor = WallExecutor()
    agent = CodeAgent(tools=[...], model=model, executor=executor)

The agent's code lives in an organism whose genome is an interpreter (`inside/console.py`), so its
variables stay between steps, and all that holds for lives holds for it: the wall, the policy, the
limits. Its tools stay on the host. Code reaches them by a message, with plain data as arguments;
what they return that is no plain data stays here too, and code gets a handle that it can pass on.
"""

from __future__ import annotations

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
from autoagent.integrations.console_skills import Given, Tools
from autoagent.life import CodePolicy, Life, require_known
from autoagent.message import from_json
from autoagent.outcome import Death
from autoagent.showing import STORED, showing, with_plain_ends
from autoagent.walls import open_wall
from sandbox.limits import Limits
from sandbox.rules import ALLOWED_MODULES
from sandbox.session import Sandbox

LONGEST_PRINTED = 50_000
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
        ValueError: There is no such policy; the message says which there are.
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
        require_known(policy)
        self._wall = open_wall(sandbox) if isinstance(sandbox, str) else sandbox
        self._owned = isinstance(sandbox, str)
        self._policy, self._limits, self._seed = policy, limits, seed
        self._most_printed = max_print_outputs_length
        self._tools = Tools()
        self._given = Given()
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
        written = with_plain_ends(code_action).strip()
        code, self._given.shows = showing(written)
        self._tools.final = []
        event = self._living().answer(code)
        logs = truncate_content(event.outcome.stdout, self._most_printed)
        self.state["_print_outputs"] = logs
        if isinstance(event, Death):
            raise self._lost(f"{event.cause.value}: {event.detail}")
        try:
            report = from_json(str(event.query))
            if report.get("final") is True:
                (answer,) = self._tools.final
                return CodeOutput(output=answer, logs=logs, is_final_answer=True)
            value = self._tools.value_of(report)
        except (ValueError, AttributeError, RecursionError):
            raise self._lost("it spoke for its interpreter") from None
        if event.outcome.error:
            raise InterpreterError(failure(event.outcome.error, written))
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


def failure(error: str, code: str) -> str:
    """Return an error of code in the words that smolagents' own executor has for it."""
    what, line = error, ""
    if error.endswith(")") and (found := PLACED.fullmatch(error)):
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
