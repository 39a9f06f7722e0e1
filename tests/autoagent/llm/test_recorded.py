import pytest

from autoagent.llm import LLMUnreachable, Recorded


def test_answers_come_back_in_order_until_they_run_out() -> None:
    model = Recorded.of_texts(["one two", "three"])
    shown: list[str] = []
    first = model.complete("?", seed=0, temperature=0, max_tokens=1, on_text=shown.append)
    second = model.complete("other", seed=9, temperature=1, max_tokens=1)
    assert (first.text, first.tokens_out, second.text) == ("one two", 2, "three")
    assert shown == ["one two"]
    with pytest.raises(LLMUnreachable, match="the recording has ended after 2 answers"):
        model.complete("?", seed=0, temperature=0, max_tokens=1)
