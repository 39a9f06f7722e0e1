import itertools
import math
import random
from collections import Counter

import pytest

from genetic.coder.choice import chosen, probabilities


class Draws(random.Random):
    """Draws one number, again and again."""

    def __init__(self, number: float) -> None:
        super().__init__()
        self.number = number

    def random(self) -> float:
        return self.number


def test_at_zero_the_best_is_chosen_and_the_earliest_of_several() -> None:
    assert probabilities([-2.0, -1.0, -3.0], 0) == [0, 1, 0]
    assert probabilities([-1.0, -1.0], 0) == [1, 0]


def test_at_infinity_each_is_as_likely() -> None:
    assert probabilities([-2.0, 100.0, 0.0], math.inf) == pytest.approx([1 / 3] * 3, abs=1e-15)


@pytest.mark.parametrize("temperature", [0.5, 1.0, 7.0])
def test_in_between_it_is_the_softmax_whatever_the_size_of_scores(temperature: float) -> None:
    for scores in itertools.product([-3.0, -1.0, 0.5], repeat=3):
        weights = [math.exp(score / temperature) for score in scores]
        expected = [weight / sum(weights) for weight in weights]
        assert probabilities(scores, temperature) == pytest.approx(expected, abs=1e-12)
        far = [score + 5000 for score in scores]
        assert probabilities(far, temperature) == pytest.approx(expected, abs=1e-9)


def test_choices_come_as_often_as_they_are_likely() -> None:
    scores, parts = [0.0, -1.0, -2.0], 10_000
    found = Counter(chosen(scores, 1.0, Draws((part + 0.5) / parts)) for part in range(parts))
    for place, share in enumerate(probabilities(scores, 1.0)):
        assert found[place] / parts == pytest.approx(share, abs=1 / parts)
