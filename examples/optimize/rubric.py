"""Make a paragraph better by a rubric: `autoagent optimize examples/optimize/rubric.py`.

The model of `AUTOAGENT_LLM` rates, too. Who rates is no neutral judge: read what comes out.
"""

import atexit

from autoagent.asker import Asker
from autoagent.llm import load
from genetic.eval_utils import Rubric
from genetic.optimize import default_model

task = "Here is a paragraph that explains to a child of ten why the sky is blue."
question = "What is a better paragraph, such that its score is higher? Write all of it."
x0 = "The sky is blue because of Rayleigh scattering, whose cross-section goes with f**4."
model = load(default_model())
atexit.register(model.close)
f = Rubric(
    "From 0 to 10: it is true; a child of ten understands every word; it is at most 80 words long.",
    Asker([model]),
)
