"""Code that a model writes, held to what Python can be: no token is said that rules it out."""

from autoagent.llm.constrained.held import Held, Vocabulary

__all__ = ["Held", "Vocabulary"]
