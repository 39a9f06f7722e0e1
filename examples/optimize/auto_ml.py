"""AutoML: rewrite code that makes a classifier, for a better score on what it never saw.

Run it with `autoagent optimize examples/optimize/auto_ml.py`; it needs scikit-learn. The data are
drawn here by a secret: no library has them, and no answer can know them. Into the jail go the first
half with its labels, and the second without; what the code predicts is compared with its labels
here. One part of the second half gives the score. How the code does on the other is told at the
end, and to no answer.

The secret is made once for each user, in the data folder of autoagent, so that a run that goes on
has the same data. `AUTO_ML_SECRET` is another, for figures that somebody else can have, too.
"""

import atexit
import json
import os
import secrets

import numpy as np
import platformdirs
from sklearn.datasets import make_classification

from autoagent.files import write_text
from sandbox.limits import Limits
from sandbox.programs.evaluator import Evaluator

task = """Python code that defines `classifier`, a scikit-learn classifier for six classes. It is
fitted on 900 examples of 24 numbers each, some of which say nothing, and its score is the share of
others that it gets right. Only scikit-learn and numpy are there."""
question = "What is the next code to try, such that the score is higher? Write all of it."
x0 = "from sklearn import svm\nclassifier = svm.SVC()\n"
EVALUATOR = """
import json
import numpy as np
import sklearn.ensemble, sklearn.linear_model, sklearn.neighbors, sklearn.pipeline, sklearn.svm
import threadpoolctl

# It would look for libraries in /proc, which the jail has not.
threadpoolctl.ThreadpoolController._load_libraries = lambda self: None
FIRST, LABELS, SECOND = map(np.array, json.loads('''DATA'''))

def evaluate(path):
    names = {}
    exec(open(path).read(), names)
    said = names["classifier"].fit(FIRST, LABELS).predict(SECOND)
    return 0, {"said": "".join(str(int(each)) for each in said)}
"""


def secret() -> bytes:
    """Return what the data are drawn by."""
    path = platformdirs.user_data_path("autoagent") / "auto_ml.secret"
    given = os.environ.get("AUTO_ML_SECRET")
    if given is None and not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        write_text(path, secrets.token_hex(16))
    return (path.read_text() if given is None else given).encode()


data, classes = make_classification(
    1800,
    n_features=24,
    n_informative=10,
    n_redundant=4,
    n_classes=6,
    n_clusters_per_class=3,
    class_sep=2.0,
    scale=None,
    random_state=np.random.RandomState(list(secret())),
)
labels = classes[900:].tolist()
seen, held_out = labels[:450], labels[450:]
arrays = [data[:900].round(4).tolist(), classes[:900].tolist(), data[900:].round(4).tolist()]
evaluator = Evaluator(
    EVALUATOR.replace("DATA", json.dumps(arrays)),
    packages=[
        "scikit-learn",
        "numpy",
        "scipy",
        "joblib",
        "cloudpickle",
        "narwhals",
        "threadpoolctl",
    ],
    limits=Limits(fuel=60 * 10**10, memory_mb=2048, wall_seconds=60.0),
)
atexit.register(evaluator.close)


def predicted(text: str) -> list[int]:
    """Return which classes the code predicts for the second half."""
    found = evaluator.evaluate(text)
    if found.problem:
        raise ValueError(f"{found.problem}\n{found.words.get('traceback', '')[-500:]}")
    said = found.words.get("said", "")
    if len(said) != len(labels) or not said.isascii() or not said.isdigit():
        raise ValueError("it predicted something else than classes")
    return [int(each) for each in said]


def share(said: list[int], right: list[int]) -> float:
    """Return how many of them are right."""
    return sum(map(int.__eq__, said, right)) / len(said)


def f(text: str) -> tuple[float, str]:
    """Return the share of the first part that is right."""
    score = share(predicted(text)[: len(seen)], seen)
    return score, f"{score:.1%} are right"


def final(text: str) -> str:
    """Say how much of the part is right that no answer was told of."""
    before, after = (share(predicted(each)[len(seen) :], held_out) for each in (x0, text))
    return f"held out: {before:.1%} before, {after:.1%} after"
