import json
import math
from pathlib import Path
from typing import Any

import pytest

from autoagent.llm import Completion
from genetic.coder.config import config_of, read_config
from genetic.coder.dataset import Pair, conversations, cut_pairs, load_pairs, write_pairs
from genetic.coder.scores import SCORES, Judged, agility, tokens

ROW = {"completion": "    return a+b\n", "scores": [-2, -1, 3], "tokens_in": 5, "tokens_out": 7}
ROW |= {"loops": 3, "seconds": 1.5, "passing": True, "runs": True, "tests": None}


def judged(expected: str, ask: Any = None, **row: Any) -> Judged:
    return Judged(prefix="def f(a, b):\n", expected=expected, row=ROW | row, ask=ask)


def test_agility_by_hand() -> None:
    assert agility([-2, -1, 3]) == pytest.approx(math.exp(-1) + 16 * math.exp(-2))
    assert agility([3, 1]) == pytest.approx(-4 * math.exp(-1))
    assert agility([3]) == agility([]) == 0


def test_bleu_counts_tokens_and_no_characters() -> None:
    pytest.importorskip("nltk")
    bleu = SCORES["bleu"]
    assert tokens("    return a + b\n") == ["return", "a", "+", "b"]
    assert tokens("x = (") == ["x", "=", "("]
    assert bleu(judged("    return a + b\n")) == pytest.approx(1.0)
    other = bleu(judged("    return c * d\n"))
    assert other is not None
    assert 0 < other < 0.5
    assert bleu(judged("x", completion="")) == 0


def test_distances() -> None:
    pytest.importorskip("rapidfuzz")
    assert SCORES["levenshtein"](judged("    return a+c\n")) == 1
    assert SCORES["sequence_matcher"](judged(str(ROW["completion"]))) == 1
    assert SCORES["tokens"](judged("")) == 12
    assert SCORES["tests"](judged("")) is None
    assert SCORES["runs"](judged("")) == 1


def said(text: str) -> Completion:
    return Completion(text=text, tokens_in=3, tokens_out=2, finish="stop", model="m")


@pytest.mark.parametrize("bias", [0, 3])
def test_what_a_reviewer_thinks_of_a_place_cancels(bias: int) -> None:
    def ask(query: str, frame: Any, most: int) -> Completion:
        better = query.index("a+b") < query.index("worse")
        return said(f"{(5 if better else 2) + bias} of 10")

    assert SCORES["reviewer"](judged("worse", ask)) == 3
    assert SCORES["reviewer"](judged("worse", lambda *asked: said("no idea"))) is None
    assert SCORES["reviewer"](judged("worse", lambda *asked: said("11"))) is None
    assert SCORES["reviewer"](judged("worse", lambda *asked: said("100"))) is None


def test_unknown_keys_and_wrong_values_are_errors(tmp_path: Path) -> None:
    found = config_of({"dataset": "d", "analyzers": ["mypy"], "meta_temperature": 1, "n_procs": 2})
    assert found.settings.analyzers == ("mypy",)
    assert found.settings.meta_temperature == 1
    for data, message in (
        ({"dataset": "d", "max_iters": 3}, "unknown key 'max_iters'; did you mean max_iter"),
        ({"dataset": "d", "zzz": 3}, "unknown key 'zzz'; known: analyzers"),
        ({"max_iter": 3}, "dataset is missing"),
        ({"dataset": "d", "max_iter": "3"}, "max_iter must be of type int, got '3'"),
        ({"dataset": "d", "backtracking": 1}, "backtracking must be of type bool"),
        ({"dataset": "d", "analyzers": "mypy"}, "analyzers must be a list of texts"),
        ({"dataset": "d", "analyzers": ["pylint"]}, "unknown analyzer 'pylint'"),
        ({"dataset": "d", "scores": ["rouge"]}, "unknown score 'rouge'; known: levenshtein"),
        ({"dataset": "d", "n_procs": 0}, "n_procs must be at least 1"),
        ({"dataset": "d", "style": "fim"}, "unknown style"),
    ):
        with pytest.raises(ValueError, match=message):
            config_of(data)
    (tmp_path / "c.toml").write_text("dataset = ")
    with pytest.raises(ValueError, match="is no TOML"):
        read_config(tmp_path / "c.toml")
    with pytest.raises(ValueError, match="cannot be read"):
        read_config(tmp_path / "none.toml")


SOURCE = '''import os


def short(n):
    """Double.

    >>> short(2)
    4
    """
    return 2 * n


def no_words(n):
    return n


def long(n):
    """Count."""
    total = 0
    for each in range(n):
        total += each
        total -= 1
    return total
'''


def test_pairs_are_cut_where_a_body_begins(tmp_path: Path) -> None:
    pairs = cut_pairs([("m", SOURCE), ("broken", "def f(:\n")], 10, seed=0)
    assert [pair.name for pair in pairs] == ["level_0/m.short", "level_1/m.long"]
    assert all(SOURCE.startswith(pair.input + pair.output) for pair in pairs)
    assert pairs[0].input.endswith('"""\n')
    assert pairs[0].output == "    return 2 * n\n"
    assert "doctest" in pairs[0].tests
    assert len(cut_pairs([("m", SOURCE)], 1, seed=0)) == 1
    assert cut_pairs([("m", SOURCE)], 10, seed=0, longest=len(pairs[0].input)) == pairs[:1]
    write_pairs(tmp_path, pairs)
    assert load_pairs(tmp_path) == (pairs, [])
    (line, _) = conversations(pairs)
    assert json.loads(line)["messages"][2]["content"] == "```python\n    return 2 * n\n\n```"


def test_a_broken_pair_is_named_and_the_rest_goes_on(tmp_path: Path) -> None:
    write_pairs(tmp_path, [Pair(name="level_0/good", input="x = ", output="1\n")])
    for name, data in (("half", None), ("bytes", b"\xff"), ("huge", b"x" * (2 << 20))):
        place = tmp_path / "level_0" / "pairs" / name
        place.mkdir()
        (place / "input.txt").write_text("x = ")
        if data is not None:
            (place / "output.txt").write_bytes(data)
    pairs, faults = load_pairs(tmp_path)
    assert [pair.name for pair in pairs] == ["level_0/good"]
    assert len(faults) == 3
    assert any("half: output.txt is missing" in fault for fault in faults)
    assert any("bytes: output.txt is not UTF-8 (byte 0)" in fault for fault in faults)
    assert any("huge: output.txt cannot be read" in fault for fault in faults)
    with pytest.raises(ValueError, match="there is no pair in"):
        load_pairs(tmp_path / "level_0")
