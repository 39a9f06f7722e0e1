"""A model that is asked nothing twice."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from autoagent.llm import PYTHON, Completion, Countable, LLMUnreachable
from genetic.remembering import remembering


class Model:
    """Answers with how often it was asked, once it may."""

    name = "m"

    def __init__(self):
        self.asked = 0
        self.may = threading.Event()
        self.may.set()

    def complete(self, query, *, seed, temperature, max_tokens, on_text=None, frame=PYTHON):
        self.asked += 1
        self.may.wait()
        if query == "fail":
            raise LLMUnreachable("gone")
        return Completion(text=f"{self.asked}", tokens_in=1, tokens_out=1, finish="stop", model="m")

    def close(self):
        pass


class Counted(Model):
    def count_query(self, query, frame=PYTHON):
        return len(query)


def ask(llm, query="q", seed=0, temperature=0.3):
    return llm.complete(query, seed=seed, temperature=temperature, max_tokens=9).text


def test_only_the_very_same_question_is_answered_as_before():
    llm = remembering(Model())
    asked = [("q", 0, 0.3), ("q", 0, 0.3), ("q", 1, 0.3), ("q", 0, 0.9), ("p", 0, 0.3)]
    assert [ask(llm, *each) for each in asked] == ["1", "1", "2", "3", "4"]
    llm.forget()
    assert ask(llm) == "5"


def test_who_asks_the_same_meanwhile_waits_for_the_answer():
    model = Model()
    model.may.clear()
    llm = remembering(model)
    with ThreadPoolExecutor(3) as pool:
        answers = [pool.submit(ask, llm) for _ in range(3)]
        model.may.set()
        assert [each.result() for each in answers] == ["1"] * 3


def test_a_failure_is_not_remembered():
    model = Model()
    llm = remembering(model)
    for _ in range(2):
        with pytest.raises(LLMUnreachable):
            ask(llm, "fail")
    assert model.asked == 2


def test_a_known_answer_takes_as_long_as_it_did(monkeypatch):
    times = iter([0.0, 5.0, 7.0])  # an answer from 0 to 5, and the clock is read at 7
    llm = remembering(Model())
    monkeypatch.setattr("genetic.remembering.time.monotonic", lambda: next(times))
    ask(llm)
    ask(llm)
    assert llm.clock() == 12.0


def test_it_counts_if_the_model_does():
    assert not isinstance(remembering(Model()), Countable)
    llm = remembering(Counted())
    assert isinstance(llm, Countable)
    assert llm.count_query("four") == 4
