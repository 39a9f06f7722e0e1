"""Completion of code, with analyzers in the loop."""

from genetic.coder.coder import Coder, Completed
from genetic.coder.settings import CoderSettings

__all__ = ["Coder", "CoderSettings", "Completed"]
