"""AutoML: rewrite code that makes a classifier of digits, for a better score on what it never saw.

Run it with `autoagent optimize examples/optimize/auto_ml.py`; it needs scikit-learn. The second
half of the digits is divided again: one part gives the score, and of the other no answer ever
sees anything. What the code predicts comes out of its jail as digits, and is compared here.
"""

import atexit

from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

from sandbox.limits import Limits
from sandbox.programs.evaluator import Evaluator

task = """Python code that defines `classifier`, a scikit-learn classifier of images of digits
(64 numbers from 0 to 16 each). It is fitted on 898 images, and its score is the share of others
that it gets right. Only scikit-learn and numpy are there."""
question = "What is the next code to try, such that the score is higher? Write all of it."
x0 = "from sklearn import svm\nclassifier = svm.SVC()\n"
EVALUATOR = """
import sklearn.ensemble, sklearn.linear_model, sklearn.neighbors, sklearn.pipeline, sklearn.svm
import threadpoolctl
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

# It would look for libraries in /proc, which the jail has not.
threadpoolctl.ThreadpoolController._load_libraries = lambda self: None

def evaluate(path):
    digits = load_digits()
    first, second, labels, _ = train_test_split(
        digits.data, digits.target, test_size=0.5, shuffle=False
    )
    names = {}
    exec(open(path).read(), names)
    said = names["classifier"].fit(first, labels).predict(second)
    return 0, {"said": "".join(str(int(each)) for each in said)}
"""
_, labels = train_test_split(load_digits().target, test_size=0.5, shuffle=False)
seen, held_out = train_test_split(labels, test_size=0.5, shuffle=False)
evaluator = Evaluator(
    EVALUATOR,
    packages=["scikit-learn", "numpy", "scipy", "joblib", "narwhals", "threadpoolctl"],
    limits=Limits(fuel=60 * 10**10, memory_mb=2048, wall_seconds=60.0),
)
atexit.register(evaluator.close)


def predicted(text: str) -> list[int]:
    """Return which digits the code takes the images of the second half for."""
    found = evaluator.evaluate(text)
    if found.problem:
        raise ValueError(f"{found.problem}\n{found.words.get('traceback', '')[-500:]}")
    said = found.words.get("said", "")
    if len(said) != len(labels) or not said.isascii() or not said.isdigit():
        raise ValueError("it predicted something else than digits")
    return [int(each) for each in said]


def share(said: list[int], right: list[int]) -> float:
    """Return how many of them are right."""
    return sum(map(int.__eq__, said, map(int, right))) / len(said)


def f(text: str) -> tuple[float, str]:
    """Return the share of the first part that is right."""
    score = share(predicted(text)[: len(seen)], seen)
    return score, f"{score:.1%} are right"


def final(text: str) -> str:
    """Say how much of the part is right that no answer ever saw."""
    before, after = (share(predicted(each)[len(seen) :], held_out) for each in (x0, text))
    return f"held out: {before:.1%} before, {after:.1%} after"
