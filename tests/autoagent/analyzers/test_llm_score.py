import pytest

from autoagent.analyzers import Subject, Tools, open_analyzers
from autoagent.analyzers.llm_score import WEIGHT, geometric_mean, ratings
from autoagent.llm import Completion, Frame

ALL = "Quality: 8\nplausibility - 2\nConsistency = 10\n**readability**: 9.5/10"


def scored(answer: str) -> float:
    def ask(query: str, frame: Frame, tokens: int) -> Completion:
        assert "x = 1" in query
        return Completion(text=answer, tokens_in=3, tokens_out=2, finish="stop", model="m")

    (analyzer,) = open_analyzers(["llm_score"], Tools(ask=ask))
    told = analyzer.analyze(Subject(prefix="x = 1\n", completion="y = 2\n"), {})
    assert told.passed
    assert (told.calls, told.tokens_in, told.tokens_out) == (1, 3, 2)
    return told.score


def test_the_score_is_a_geometric_mean_and_never_outweighs_a_finding() -> None:
    assert ratings(ALL) == [8, 2, 10, 9.5]
    assert geometric_mean([1, 2, 4, 8]) == pytest.approx(64**0.25)
    assert scored(ALL) == pytest.approx(WEIGHT * geometric_mean([8, 2, 10, 9.5]) / 10)
    assert scored(ALL.replace("8", "0")) == 0
    best = "quality: 10 plausibility: 10 consistency: 10 readability: 10"
    assert scored(best) == WEIGHT < 1


@pytest.mark.parametrize(
    "answer",
    ["", "good", "quality: 7", ALL.replace("8", "11"), ALL.replace("8", "100"), "quality: x"],
)
def test_an_unparsable_answer_is_no_score(answer: str) -> None:
    assert ratings(answer) is None
    assert scored(answer) == 0


def test_without_a_model_nobody_is_asked() -> None:
    with pytest.raises(ValueError, match="asks a model"):
        open_analyzers(["llm_score"], Tools())
