"""Programs of strangers: compiled and run behind a wall, bytes in and bytes out."""

from sandbox.limits import Limits
from sandbox.programs.languages import SOURCES, TARGETS, open_source, open_target
from sandbox.programs.program import CompileError, Language, Program, Run, Status

__all__ = [
    "SOURCES",
    "TARGETS",
    "CompileError",
    "Language",
    "Limits",
    "Program",
    "Run",
    "Status",
    "open_source",
    "open_target",
]
