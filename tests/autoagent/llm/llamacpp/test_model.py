import random
from dataclasses import replace
from pathlib import Path

import pytest

from autoagent.llm import (
    PROSE,
    PYTHON,
    Completion,
    Frame,
    LlamaCpp,
    LLMError,
    code_frame,
    extract_block,
    load,
    smollm2_path,
)
from autoagent.llm.framing.prompt import MARKER
from autoagent.organism.extract import extract_code

ADD = "Write a function that adds two numbers."
RATING = Frame(system="You rate.", grammar='root ::= ([1-9] [0-9]? | "100")')
LONG = "def double(x):\n    return x * 2\n\n" * 30


def ask(model: LlamaCpp, query: str, **options: object) -> Completion:
    chosen = {"seed": 1, "temperature": 0.7, "max_tokens": 40, **options}
    return model.complete(query, **chosen)  # type: ignore[arg-type]


def test_it_answers_in_one_code_block(smollm2: LlamaCpp) -> None:
    completion = ask(smollm2, ADD)
    assert completion.text.startswith("```python\n")
    assert completion.text.endswith("\n```")
    assert completion.text.count("```") == 2
    assert completion.finish == "stop"
    assert completion.model == "smollm2"
    code = extract_code(completion.text)
    assert code is not None
    compile(code, "answer", "exec")


def test_it_answers_in_the_language_of_the_frame(smollm2: LlamaCpp) -> None:
    shown: list[str] = []
    frame = code_frame("C", "c")
    completion = ask(smollm2, ADD, max_tokens=60, frame=frame, on_text=shown.append)
    assert completion.text.startswith("```c\n")
    assert "".join(shown) == completion.text
    code = extract_block(completion.text, "c")
    assert code is not None
    assert "return" in code


def test_prose_stands_in_no_fence(smollm2: LlamaCpp) -> None:
    completion = ask(smollm2, "Say in one short sentence why the sky is blue.", frame=PROSE)
    assert completion.text.strip()
    assert not completion.text.startswith("```")
    assert not completion.text.endswith("```")


@pytest.mark.parametrize("temperature", [0, 2])
def test_a_grammar_holds(smollm2: LlamaCpp, temperature: float) -> None:
    for seed in range(4):
        answer = ask(smollm2, "How good?", frame=RATING, temperature=temperature, seed=seed)
        assert 1 <= int(answer.text) <= 100
        assert answer.text.isdecimal()
        assert answer.finish == "stop"


def test_a_grammar_changes_nothing_for_the_next_query(smollm2: LlamaCpp) -> None:
    before = ask(smollm2, ADD)
    ask(smollm2, ADD, frame=RATING)
    assert ask(smollm2, ADD) == before


@pytest.mark.parametrize("grammar", ["root ::= (", "root ::= none", "word ::= [a]", ""])
def test_a_grammar_that_cannot_be_read_is_told(smollm2: LlamaCpp, grammar: str) -> None:
    with pytest.raises(LLMError, match="cannot read the grammar"):
        ask(smollm2, ADD, frame=Frame(system="s", grammar=grammar))


def test_text_comes_in_pieces(smollm2: LlamaCpp) -> None:
    shown: list[str] = []
    completion = ask(smollm2, ADD, on_text=shown.append)
    assert "".join(shown) == completion.text
    assert len(shown) > 5


def say(model: LlamaCpp, seed: int, query: str = "Write a game.") -> str:
    return ask(model, query, seed=seed, temperature=1, max_tokens=16).text


def test_the_seed_decides(smollm2: LlamaCpp) -> None:
    texts = [say(smollm2, seed) for seed in range(5)]
    assert len(set(texts)) > 1
    assert [say(smollm2, seed) for seed in range(5)] == texts


@pytest.mark.parametrize("seed", [0, -1, 2**32 - 1, 2**70])
def test_every_seed_is_allowed_and_none_means_chance(smollm2: LlamaCpp, seed: int) -> None:
    options = {"seed": seed, "temperature": 1.5, "max_tokens": 12}
    assert ask(smollm2, "Write.", **options) == ask(smollm2, "Write.", **options)


def test_no_temperature_leaves_nothing_to_the_seed(smollm2: LlamaCpp) -> None:
    assert ask(smollm2, ADD, temperature=0, seed=1) == ask(smollm2, ADD, temperature=0, seed=2)


@pytest.mark.slow
def test_what_was_asked_before_changes_nothing(smollm2: LlamaCpp) -> None:
    chance = random.Random(0)
    queries = [LONG + ADD, LONG[: len(LONG) // 2] + "Write a game.", "Write a poem."]
    alone = []
    for query in queries:
        smollm2.cache.forget()
        alone.append(ask(smollm2, query, temperature=1, max_tokens=8))
    for _ in range(6):
        at = chance.randrange(len(queries))
        assert ask(smollm2, queries[at], temperature=1, max_tokens=8) == alone[at]


def test_a_repeated_beginning_is_not_evaluated_again(smollm2: LlamaCpp) -> None:
    smollm2.cache.forget()
    first = ask(smollm2, LONG + "Write a game.", max_tokens=20)
    assert smollm2.cache.evaluated == first.tokens_in > 300
    second = ask(smollm2, LONG + "Write a poem.", max_tokens=20)
    assert smollm2.cache.evaluated < 20 < second.tokens_in


@pytest.mark.parametrize(
    "words", [1, 2, 469, *(pytest.param(words, marks=pytest.mark.slow) for words in (99, 468, 470))]
)
def test_a_repeated_query_gets_the_answer_that_it_got_alone(smollm2: LlamaCpp, words: int) -> None:
    smollm2.cache.forget()
    texts = {say(smollm2, 1, "go " * words) for _ in range(2)}
    assert smollm2.cache.evaluated == 2
    ask(smollm2, "go " * (words // 2), max_tokens=1)
    assert texts == {say(smollm2, 1, "go " * words)}


def test_it_tells_how_far_it_has_read(smollm2: LlamaCpp) -> None:
    smollm2.cache.forget()
    read: list[tuple[int, int]] = []
    done = ask(smollm2.reporting(lambda *told: read.append(told)), "word " * 600, max_tokens=1)
    assert read == [(512, done.tokens_in), (done.tokens_in,) * 2]


def test_reading_that_was_broken_off_changes_nothing(smollm2: LlamaCpp) -> None:
    def stop(tokens: int, of: int) -> None:
        raise KeyboardInterrupt

    smollm2.cache.forget()
    before = ask(smollm2, "word " * 550, max_tokens=8)
    smollm2.cache.forget()
    with pytest.raises(KeyboardInterrupt):
        ask(smollm2.reporting(stop), "word " * 550, max_tokens=8)
    assert ask(smollm2, "word " * 550, max_tokens=8) == before


def test_an_answer_is_cut_at_max_tokens(smollm2: LlamaCpp) -> None:
    completion = ask(smollm2, "Write a long program.", max_tokens=7)
    assert (completion.tokens_out, completion.finish) == (7, "length")
    assert extract_code(completion.text)


def test_a_stop_text_ends_the_answer(smollm2: LlamaCpp) -> None:
    completion = ask(smollm2, ADD, frame=replace(PYTHON, closing="return"))
    assert completion.text.count("return") == 1
    assert completion.finish == "stop"
    assert completion.text.endswith("return")


def test_a_query_beyond_the_context_is_cut_in_the_middle(smollm2: LlamaCpp) -> None:
    small = LlamaCpp(path=smollm2_path(), n_ctx=256)
    try:
        completion = ask(small, "A" + "word " * 100_000 + ADD, max_tokens=64)
        assert completion.shortened
        assert 180 <= completion.tokens_in <= 256 - 64
        assert extract_code(completion.text)
        assert not ask(small, ADD, max_tokens=64).shortened
        with pytest.raises(LLMError, match=r"max_tokens is 256; .* allows 1 to"):
            ask(small, ADD, max_tokens=256)
    finally:
        small.close()
    assert smollm2.count_tokens(MARKER) < 20


def test_a_query_cannot_pass_for_the_template(smollm2: LlamaCpp) -> None:
    plain = smollm2.count_tokens("<|im_end|>")
    assert plain > 1


@pytest.mark.parametrize("query", ["", "\0", "\ud800", "🦄" * 50])
def test_any_text_may_be_asked(smollm2: LlamaCpp, query: str) -> None:
    assert ask(smollm2, query, max_tokens=5).tokens_out <= 5


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(LLMError, match=r"cannot read the weights .*none.gguf"):
        load(f"gguf:{tmp_path}/none.gguf")


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(LLMError, match="cannot read the weights"):
        load(f"gguf:{tmp_path}")


@pytest.mark.parametrize("content", [b"", b"GG", b"#!/bin/sh\n"])
def test_another_kind_of_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(content)
    with pytest.raises(LLMError, match="is not a GGUF file"):
        load(f"gguf:{path}")


@pytest.mark.parametrize("keep", [4, 100, 1_000_000, 50_000_000])
def test_a_file_cut_short_is_refused(
    tmp_path: Path, keep: int, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "model.gguf"
    with smollm2_path().open("rb") as whole:
        path.write_bytes(whole.read(keep))
    with pytest.raises(LLMError, match=r"llama\.cpp cannot load"):
        load(f"gguf:{path}")
    assert capfd.readouterr() == ("", "")


def test_loading_and_asking_print_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    model = load(f"gguf:{smollm2_path()}")
    model.complete("Hi", seed=0, temperature=0, max_tokens=3)
    model.close()
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("query", ["", "Count.", "<|im_end|>", "é\ud800"])
def test_a_query_takes_what_was_counted(smollm2: LlamaCpp, query: str) -> None:
    completion = ask(smollm2, query, max_tokens=1)
    assert completion.tokens_in == smollm2.count_query(query)


def test_a_query_takes_what_was_counted_in_every_frame(smollm2: LlamaCpp) -> None:
    counts = {frame: smollm2.count_query("Count.", frame) for frame in (PROSE, RATING)}
    for frame, count in counts.items():
        assert ask(smollm2, "Count.", max_tokens=1, frame=frame).tokens_in == count
    assert len({*counts.values(), smollm2.count_query("Count.")}) == 3


def test_no_query_takes_more_than_the_context(smollm2: LlamaCpp) -> None:
    assert smollm2.count_query("word " * 10**6) == 4096
