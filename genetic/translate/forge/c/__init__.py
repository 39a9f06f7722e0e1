"""Programs in C."""

from genetic.translate.forge.c.expressions import INCLUDES
from genetic.translate.forge.c.writer import CWriter

__all__ = ["INCLUDES", "CWriter"]
