"""Somebody's own function that judges texts: what it says of one, and which function it is."""

from __future__ import annotations

import ast
import hashlib
import inspect
import math
import textwrap
import traceback
from asyncio import CancelledError
from collections.abc import Callable
from typing import Any

from sandbox.parsing import parse
from sandbox.programs.evaluator import Evaluation

LONGEST = 2000
"""Characters of what a function raised that are told."""
LONGEST_WORDS = 1 << 16
"""Characters of what it says beside a score that are told."""
Objective = Callable[[str], "float | tuple[float, str]"]
"""Returns the score of a text, the higher the better, or the score and words about it."""


class NobodyRatesError(ValueError):
    """An objective asks a search where there is none, whatever the text."""


def evaluated(f: Objective, x: str) -> Evaluation:
    """Return what an objective says of a text; what it raises is its words, with no score.

    Raises:
        NobodyRatesError: It asks a search, and none judges here.
    """
    try:
        score, words = _said(f(x))
    except NobodyRatesError:
        raise
    except (Exception, SystemExit, CancelledError) as error:  # and nothing by which others stop it
        return Evaluation(score=None, problem=in_words(error)[:LONGEST])
    if not math.isfinite(score):
        return Evaluation(score=None, problem=f"the score is {score}; it must be finite")
    return Evaluation(score=score, words={"feedback": words[:LONGEST_WORDS]})


def in_words(error: BaseException) -> str:
    """Return what was raised as Python tells it, without where that was."""
    return "".join(traceback.format_exception_only(error)).strip()


def digest(f: Objective) -> str:
    """Return what tells a function from others: its source, without layout and comments.

    It is empty where nothing can be told: of a function without source, and of methods, objects
    and the like, which are more than their source.
    """
    if not inspect.isfunction(f):
        return ""
    try:
        tree = parse(textwrap.dedent(inspect.getsource(f)))
    except (OSError, SyntaxError, ValueError):
        return ""
    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.Lambda)]
    if f.__name__ != "<lambda>":
        return _hashed(tree)
    return _hashed(nodes[0]) if len(nodes) == 1 else ""


def _hashed(node: ast.AST) -> str:
    return hashlib.sha256(ast.unparse(node).encode(errors="surrogatepass")).hexdigest()


def _said(said: Any) -> tuple[float, str]:
    """Return the score and the words in what an objective returned.

    Raises:
        TypeError: It is something else.
    """
    is_pair = isinstance(said, tuple | list) and len(said) == 2
    score, words = said if is_pair else (said, "")
    try:
        if isinstance(score, str | bytes):
            raise TypeError
        return float(score), str(words)
    except (TypeError, ValueError):
        raise TypeError(
            f"f must return a number, or a number and words, got {str(said)[:80]!r}"
        ) from None
