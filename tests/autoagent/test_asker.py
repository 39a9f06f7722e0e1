"""The asker: who asks models for a search, and what it pays."""

import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace

import pytest

from autoagent.asker import Asker, Call, Question, derived
from autoagent.budget import Budget
from autoagent.llm import PYTHON, Completion, LLMUnreachable
from autoagent.meter import Meter, SuspendedError
from autoagent.skills import SkillContext
from tests.waiting import soon


class Model:
    """Counts its tokens beforehand; every answer is as long as it may be."""

    name = "counting"

    def __init__(self, tokens_in=100, delay=0.0, meets=0):
        self.seeds = []
        self.most_at_once = 0
        self._tokens_in = tokens_in
        self._delay = delay
        self._meets = meets  # so many wait for each other, once
        self._lock = threading.Lock()
        self._inside = 0

    def count_query(self, query, frame=PYTHON):
        return self._tokens_in

    def complete(self, query, *, seed, temperature, max_tokens, on_text=None, frame=PYTHON):
        with self._lock:
            self.seeds.append(seed)
            self._inside += 1
            self.most_at_once = max(self.most_at_once, self._inside)
        soon(lambda: self.most_at_once >= self._meets)
        time.sleep(random.random() * self._delay)
        with self._lock:
            self._inside -= 1
        return Completion(
            text=f"answer to {query}",
            tokens_in=self._tokens_in,
            tokens_out=max_tokens,
            finish="stop",
            model=self.name,
        )

    def close(self):
        pass


def question(number=0, **given):
    return Question(**{"key": f"k{number}", "query": f"q{number}", "max_tokens": 50} | given)


def asked_at_once(asker, count=40):
    """Ask from many threads; return the answers that there were."""

    def ask(number):
        with suppress(SuspendedError):
            return asker.ask(question(number))

    with ThreadPoolExecutor(16) as pool:
        return [answer for answer in pool.map(ask, range(count)) if answer is not None]


@pytest.mark.parametrize("tokens", [149, 150, 700, 1000, 1701])
@pytest.mark.parametrize("at_once", [1, 3, 16])
def test_the_budget_of_tokens_holds_whatever_is_asked_at_once(tokens, at_once):
    meter = Meter()
    meter.start(Budget(tokens=tokens))
    answers = asked_at_once(Asker([Model(delay=0.003)], meter=meter, at_once=at_once))
    assert meter.spent.tokens <= tokens
    # What is left is too little for another question.
    assert tokens - meter.spent.tokens <= 100
    assert len(answers) == -(-(tokens - 100) // 150)


def test_what_others_leave_of_their_promise_is_used():
    class Brief(Model):
        def complete(self, query, **given):
            return super().complete(query, **given | {"max_tokens": 1})

    meter = Meter()
    meter.start(Budget(tokens=1000))
    answers = asked_at_once(Asker([Brief(tokens_in=10, delay=0.003)], meter=meter, at_once=8))
    assert len(answers) == 40
    assert meter.spent.tokens == 40 * 11


@pytest.mark.parametrize("at_once", [1, 3])
def test_no_more_questions_are_open_than_allowed(at_once):
    model = Model(delay=0.003, meets=at_once)
    asker = Asker([model], at_once=at_once)
    assert len(asked_at_once(asker)) == asker.calls == 40
    assert model.most_at_once == at_once


def test_an_answer_is_written_down_before_it_is_given():
    written = []
    asker = Asker([Model()], record=written.append, prefix="p.")
    answer = asker.ask(question(3))
    (data,) = written
    assert data["key"] == "p.k3"
    assert data["text"] == answer.text
    assert data["seed"] == derived(0, "k3")


def test_what_cannot_be_written_down_is_not_given():
    def record(data):
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        Asker([Model()], record=record).ask(question())


def test_known_answers_are_not_asked_again():
    written, model = [], Model()
    answers = [Asker([model], record=written.append).ask(question(n)) for n in range(3)]
    asker = Asker([], record=written.append, known=map(Call.of, written))
    assert [asker.ask(question(n)) for n in range(3)] == answers
    assert (asker.calls, len(written), len(model.seeds)) == (0, 3, 3)
    with pytest.raises(LLMUnreachable, match="'k4'"):
        asker.ask(question(4))


@pytest.mark.parametrize(
    "changed", [{"query": "another"}, {"max_tokens": 51}, {"temperature": 0.7}, {"model": 1}]
)
def test_an_answer_to_another_question_is_not_the_answer(changed):
    written = []
    Asker([Model()], record=written.append).ask(question())
    asker = Asker([Model(), Model()], known=map(Call.of, written))
    asker.ask(question(**changed))
    assert asker.calls == 1


def test_an_answer_that_the_budget_cut_is_asked_again_where_somebody_can_be_asked():
    class Long(Model):
        def complete(self, query, **given):
            return replace(super().complete(query, **given), finish="length")

    written, meter, model = [], Meter(), Long()
    meter.start(Budget(tokens=120))
    short = Asker([model], meter=meter, record=written.append).ask(question())
    assert short.tokens_out == 20
    assert Asker([], known=map(Call.of, written)).ask(question()) == short
    asker = Asker([model], known=map(Call.of, written))
    assert asker.ask(question()).tokens_out == 50
    assert asker.calls == 1


def test_the_same_question_is_asked_once_even_by_many_at_once():
    model, written = Model(delay=0.01), []
    asker = Asker([model], record=written.append, at_once=8)
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda n: asker.ask(question(0)), range(16)))
    assert len(model.seeds) == len(written) == asker.calls == 1
    assert len({answer.text for answer in answers}) == 1


def test_a_question_that_failed_may_be_asked_again():
    class Shaky(Model):
        def complete(self, query, **given):
            if not self.seeds:
                self.seeds.append(0)
                raise LLMUnreachable("not now")
            return super().complete(query, **given)

    meter = Meter()
    meter.start(Budget(tokens=150))
    asker = Asker([Shaky()], meter=meter)
    with pytest.raises(LLMUnreachable):
        asker.ask(question())
    assert asker.ask(question()).text == "answer to q0"


def test_seeds_follow_from_the_seed_and_the_key_alone():
    def seeds(seed, *keys):
        model = Model()
        asker = Asker([model], seed=seed)
        for key in keys:
            asker.ask(question(key=key))
        return model.seeds

    assert seeds(1, "a", "b") == seeds(1, "b", "a")[::-1]
    assert len({*seeds(1, "a", "b"), *seeds(2, "a", "b")}) == 4
    assert all(0 <= derived(seed, "key") < 1 << 31 for seed in range(100))


def test_one_more_prefix_shares_all_else():
    written = []
    asker = Asker([Model()], record=written.append, prefix="a.")
    inner = asker.within("b.")
    inner.ask(question())
    asker.ask(question())
    assert [data["key"] for data in written] == ["a.b.k0", "a.k0"]
    assert inner.calls == asker.calls == 2


def test_a_pause_ends_an_answer():
    class Streams(Model):
        def complete(self, query, **given):
            meter.pause.set()
            given["on_text"]("piece")
            raise AssertionError("went on")

    meter = Meter()
    with pytest.raises(SuspendedError):
        Asker([Streams()], meter=meter).ask(question())
    with pytest.raises(SuspendedError):
        Asker([Model()], meter=meter).ask(question())


class Slow(Model):
    """Reads a question in three pieces."""

    def __init__(self, on_read=None):
        super().__init__()
        self._on_read = on_read

    def reporting(self, on_read):
        return Slow(on_read)

    def complete(self, query, **given):
        for tokens in (40, 80, 100):
            self._on_read(tokens, 100)
        return super().complete(query, **given)


def test_it_is_told_how_far_a_model_has_read():
    read = []
    asker = Asker([Slow()], meter=Meter())
    asker.call(question(), on_read=lambda *told: read.append(told))
    asker.call(question(1))
    assert read == [(40, 100), (80, 100), (100, 100)]


def test_a_pause_ends_the_reading():
    meter = Meter()
    with pytest.raises(SuspendedError):
        Asker([Slow()], meter=meter).call(question(), on_read=lambda *told: meter.pause.set())


def test_an_asker_that_may_not_ask_is_refused():
    with pytest.raises(ValueError, match="at_once must be at least 1, got 0"):
        Asker([Model()], at_once=0)


def test_the_old_names_warn():
    with pytest.warns(DeprecationWarning, match=r"autoagent\.asker\.Asker"):
        from autoagent.oracle import Oracle
    assert Oracle is Asker
    context = SkillContext(now=0.0, born=0.0, steps=0, seed=0, history=())
    with pytest.warns(DeprecationWarning, match="asker"):
        assert context.oracle is context.asker
