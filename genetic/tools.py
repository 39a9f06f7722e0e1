"""`score` and `translate` as tools of a server, for entry points of the group `autoagent.tools`."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from typing import Any, TypeVar

from anyio import CapacityLimiter, from_thread, get_cancelled_exc_class, to_thread
from anyio.lowlevel import current_token
from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ToolError

from autoagent.asker import Asker
from autoagent.journal import Data
from autoagent.llm import LLMError, load
from autoagent.meter import SuspendedError
from autoagent.similarity import Length, Similarity
from autoagent.skills import SkillContext, SkillError
from autoagent.tools import Offer
from genetic.cli.score import scored
from genetic.executors import open_executor
from genetic.skill import USUAL_CALLS, Translate, asked
from genetic.translate.evaluate import prepare
from genetic.translate.judge import Judge
from sandbox.session import SandboxError

IN_TURN = CapacityLimiter(1)
"""Each of these uses all processors that it finds, so they take turns."""

Steps = Callable[[str], None]
T = TypeVar("T")


def offer_score(server: MCPServer[Any], given: Offer) -> None:
    """Add the tool that judges a translation."""

    @server.tool()
    async def score(
        source: str,
        candidate: str,
        inputs: list[str],
        ctx: Context[Any, Any],
        language: str = "javascript",
        to: str = "c",
    ) -> dict[str, Any]:
        """Tell how well a program does what another does: both are run on each input."""

        def judged(step: Steps) -> dict[str, Any]:
            arguments = {"source": source, "inputs": inputs, "language": language, "to": to}
            step("running the source")
            task, target, _ = asked(arguments, Asker([]))
            prepare(target, step)
            step("judging the candidate")
            with closing(open_executor("local", 1)) as executor:
                similarity = Similarity([(Length(), 1.0)])
                judge = Judge(task, target=target, executor=executor, similarity=similarity)
                return scored(task, judge.judge(candidate))

        return await _performed(ctx, 3, judged)


def offer_translate(server: MCPServer[Any], given: Offer) -> None:
    """Add the tool that breeds a translation."""

    @server.tool()
    async def translate(
        source: str,
        inputs: list[str],
        ctx: Context[Any, Any],
        language: str = "javascript",
        to: str = "c",
        calls: int = USUAL_CALLS,
        seed: int = 0,
    ) -> dict[str, Any]:
        """Breed a program that prints what another prints for each input, with a model's help.

        It takes minutes; `calls` bounds the questions to the model.
        """

        def bred(step: Steps) -> dict[str, Any]:
            arguments = {
                "source": source, "inputs": inputs, "language": language, "to": to, "calls": calls,
            }  # fmt: skip

            def counted(call: Data) -> None:
                step(f"asked {call['key']}")

            with closing(load(given.llm)) as llm:
                asker = Asker((llm,), seed=seed, record=counted)
                context = SkillContext(
                    now=0.0, born=0.0, steps=0, seed=seed, history=(), asker=asker
                )
                return Translate().call(arguments, context)

        return await _performed(ctx, calls, bred)


async def _performed(ctx: Context[Any, Any], total: int, work: Callable[[Steps], T]) -> T:
    """Do long work in a thread, and tell the client of its steps."""
    done, gone, loop = 0, False, current_token()

    def step(told: str) -> None:  # in any thread of the work
        nonlocal done
        if gone:
            raise SuspendedError(None)
        done += 1
        from_thread.run(ctx.report_progress, done, total, told, token=loop)

    try:
        return await to_thread.run_sync(work, step, abandon_on_cancel=True, limiter=IN_TURN)
    except get_cancelled_exc_class():
        gone = True
        raise
    except (SkillError, SandboxError, LLMError, ValueError) as error:
        raise ToolError(str(error).removeprefix("translate: ")) from None
