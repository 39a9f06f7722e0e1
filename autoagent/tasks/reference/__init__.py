"""A scripted expert at the bundled tasks, which knows of them what a query shows, and no more.

It proves that each task can be solved through the protocol, and that a genome's queries hold what
a capable model needs: the task, what was printed, how it failed, which names there are. What a
query leaves out, it does not know.
"""

from autoagent.llm.base import LLM
from autoagent.llm.named import ModelOptions, Provider


def _open(rest: str, options: ModelOptions) -> LLM:
    from autoagent.tasks.reference.model import Reference

    return Reference()


REFERENCE = Provider(_open)
"""The expert, as a model."""
