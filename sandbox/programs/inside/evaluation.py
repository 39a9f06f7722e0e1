"""Has an evaluator judge a program, in the jail, in a copy of a process that has this loaded.

It finds the evaluator's source in the file `EVALUATOR`, the program on its standard input, and the
name that the program's file is to have as its argument. It writes its result as JSON into a
descriptor that no other program has: what `evaluate` returned, or why there is nothing. The program
may run in this very process, so whoever reads the result believes nothing.
"""

from __future__ import annotations

import builtins
import json
import math
import os
import sys
import traceback
from types import ModuleType
from typing import Any

EVALUATOR = "evaluator.py"
PACKAGES = "/packages"
BESIDE = "/beside"
"""Where the evaluator lies with files that were given with it; nobody can write there."""
LONGEST_TEXT = 20_000
FOLDS = ("metrics", "artifacts")
SCORES = ("combined_score", "score")
"""Which number of several is the score; if none of these is there, their mean is."""


class EvaluationResult:
    """What some evaluators return in place of a dictionary, imported from ``openevolve``.

    Args:
        metrics: Numbers by name.
        artifacts: What else there is to say, by name.
    """

    def __init__(self, metrics: Any, artifacts: Any = None) -> None:
        self.metrics = metrics
        self.artifacts = artifacts or {}


def main(result: int) -> None:
    """Judge a program, and write down what came of it."""
    builtins.exit = sys.exit  # type: ignore[assignment]
    offer_result_class()
    try:
        said = shaped(judged(sys.argv[1]))
    except SystemExit as left:
        said = {"problem": f"it left with SystemExit({left.code!r}) and no result"}
    except BaseException as error:
        said = {"problem": told(error), "traceback": traceback.format_exc()[-LONGEST_TEXT:]}
    with open(result, "w", encoding="utf-8", errors="replace") as pipe:
        pipe.write(json.dumps(said))


def judged(name: str) -> Any:
    """Return what the evaluator says of the program, once that is in a file of this name.

    Raises:
        TypeError: It has no function `evaluate`.
    """
    with open(name, "wb") as program:
        program.write(sys.stdin.buffer.read())
    with open(EVALUATOR, encoding="utf-8", errors="surrogatepass", newline="") as file:
        source = file.read()
    folder = "/scratch"
    if os.path.isdir(BESIDE):
        folder = BESIDE
        sys.path.insert(0, BESIDE)
    module = ModuleType("evaluator")
    module.__file__ = f"{folder}/{EVALUATOR}"
    sys.modules["evaluator"] = module
    exec(compile(source, EVALUATOR, "exec"), module.__dict__)
    evaluate = getattr(module, "evaluate", None)
    if not callable(evaluate):
        raise TypeError("the evaluator has no function evaluate(path)")
    return evaluate(f"/scratch/{name}")


def shaped(value: Any) -> dict[str, Any]:
    """Return a result in one shape, whichever it has: numbers by name, and words by name."""
    words: Any = {}
    if isinstance(value, (tuple, list)) and len(value) == 2:
        value, words = value
    if not isinstance(words, dict):
        words = {"diagnostics": words}
    if hasattr(value, "metrics"):
        own = getattr(value, "artifacts", None)
        value, words = value.metrics, (own if isinstance(own, dict) else {"artifacts": own}) | words
    said = unfolded(value) if isinstance(value, dict) else {"score": value}
    numbers = {key: number(each) for key, each in said.items()}
    if not isinstance(value, dict) and numbers["score"] is None:
        kind = type(value).__name__
        return {"problem": f"evaluate returned {kind}: return a number, a dict or (score, words)"}
    words = {key: each for key, each in said.items() if numbers[key] is None} | words
    first = {key: numbers[key] for key in SCORES if key in numbers}  # of many, some are left out
    metrics = first | numbers
    return {
        "metrics": {str(key): each for key, each in metrics.items() if each is not None},
        "words": {str(key)[:100]: as_text(each) for key, each in words.items() if each is not None},
    }


def unfolded(value: dict[Any, Any]) -> dict[Any, Any]:
    """Return a dictionary with what it has in others that are its `metrics` and `artifacts`."""
    folded = [name for name in FOLDS if isinstance(value.get(name), dict)]
    rest = {key: each for key, each in value.items() if key not in folded}
    for name in folded:
        rest |= value[name]
    return rest


def number(value: Any) -> float | None:
    """Return a number, one of a package's own, too; None of all else, such as an array."""
    if not hasattr(value, "__float__") or isinstance(value, (str, bytes)):
        return None
    try:
        return float(value)
    except OverflowError:
        return math.inf
    except Exception:
        return None


def as_text(value: Any) -> str:
    """Return something in words, cut to a length."""
    return (value if isinstance(value, str) else repr(value))[:LONGEST_TEXT]


def told(error: BaseException) -> str:
    """Return an error as the last line of its traceback."""
    return "".join(traceback.format_exception_only(error)).strip()[-2000:]


def offer_result_class() -> None:
    """Let the class that evaluators of OpenEvolve return be imported, without that package."""
    package, module = ModuleType("openevolve"), ModuleType("openevolve.evaluation_result")
    module.EvaluationResult = EvaluationResult  # type: ignore[attr-defined]
    package.__path__ = []
    package.evaluation_result = module  # type: ignore[attr-defined]
    sys.modules.update({package.__name__: package, module.__name__: module})
