"""AutoML by numbers: what a model adds to CMA-ES that looks for the constants of a classifier.

Run it with `python examples/optimize/auto_ml_numbers.py [SEED]`; it needs scikit-learn and the
extra `optimize`. The data and their splits are those of `auto_ml.py`: what is seen gives the score,
and what is held out is told at the end. Half of the texts are of CMA-ES alone, half of the hybrid.
"""

import sys
from contextlib import closing

from auto_ml import data, f, final

from autoagent.asker import Asker
from autoagent.llm import load
from genetic.hybrid import Hybrid

TASK = """The first number is the decimal logarithm of C of a support vector classifier, the second
that of gamma, in units of the usual one. The score is the share of examples that it gets right, \
of six classes."""
TRIED = 30
USUAL = 1 / (data.shape[1] * data[:900].var())
"""The gamma that scikit-learn takes."""


def code(x: list[float]) -> str:
    """Return the classifier of two numbers."""
    constant, gamma = float(10 ** x[0]), float(USUAL * 10 ** x[1])
    return f"from sklearn import svm\nclassifier = svm.SVC(C={constant!r}, gamma={gamma!r})\n"


def searched(seed: int, asker: Asker | None) -> str:
    """Return the code of the best numbers that a search finds."""
    search = Hybrid([0.0, 0.0], step=0.5, asker=asker, task=TASK, bounds=(-3.0, 3.0), seed=seed)
    for _ in range(TRIED):
        x = search.ask()
        search.tell(x, f(code(x))[0])
    assert search.best is not None
    told = f"seen: {f(code([0.0, 0.0]))[0]:.1%} before, {search.best.score:.1%} after"
    print(f"{told}, useless answers: {search.useless}")
    best = code(list(search.best.x))
    print(best, end="")
    return best


if __name__ == "__main__":
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else 0
    with closing(load("smollm2")) as model:
        for name, asker in (("CMA-ES", None), ("hybrid", Asker([model], seed=seed))):
            print(name)
            print(final(searched(seed, asker)))
