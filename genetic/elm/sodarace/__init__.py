"""Sodarace: bodies of joints and springs that walk, in a simulated world of two dimensions."""

from genetic.elm.sodarace.domain import Sodarace, open_sodarace
from genetic.elm.sodarace.walker import NoWalkerError, Walker

__all__ = ["NoWalkerError", "Sodarace", "Walker", "open_sodarace"]
