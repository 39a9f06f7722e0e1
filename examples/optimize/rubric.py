"""Make a paragraph better by a rubric: `autoagent optimize examples/optimize/rubric.py`.

The model that writes rates, too, and `--calls` bounds both. Who rates is no neutral judge: read
what comes out.
"""

from genetic.eval_utils import Rubric

task = "Here is a paragraph that explains to a child of ten why the sky is blue."
question = "What is a better paragraph, such that its score is higher? Write all of it."
x0 = "The sky is blue because of Rayleigh scattering, whose cross-section goes with f**4."
f = Rubric(
    "From 0 to 10: it is true; a child of ten understands every word; it is at most 80 words long."
)
