"""Programs in JavaScript."""

from genetic.translate.forge.js.style import Style
from genetic.translate.forge.js.writer import JSWriter

__all__ = ["JSWriter", "Style"]
