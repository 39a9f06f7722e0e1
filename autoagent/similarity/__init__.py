"""How close two texts are, in [0, 1]: measures, and their weighted mean."""

from autoagent.similarity.judged import Judged
from autoagent.similarity.mean import Similarity
from autoagent.similarity.measure import Length, Measure, Pair, Rating
from autoagent.similarity.sentence import Sentence, sentence_model

__all__ = [
    "Judged",
    "Length",
    "Measure",
    "Pair",
    "Rating",
    "Sentence",
    "Similarity",
    "sentence_model",
]
