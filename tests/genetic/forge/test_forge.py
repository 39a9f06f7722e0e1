"""Pairs of programs: how they are drafted, run, broken and written down."""

import json
import random
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from autoagent.llm import Completion
from genetic.executors import Executor
from genetic.executors.local import LocalExecutor
from genetic.translate.forge.asked import FRAME, PROMPTS, TAUGHT, suited
from genetic.translate.forge.c import INCLUDES
from genetic.translate.forge.compose import Composer
from genetic.translate.forge.forge import Order, forge
from genetic.translate.forge.ir import shape
from genetic.translate.forge.mending import Mending
from genetic.translate.forge.pairs import BATCH, FEWEST_LINES, drafted
from genetic.translate.forge.shapes import is_bundled, is_held_out
from genetic.translate.forge.verify import Trial, agreeing, outputs, together
from genetic.translate.prompts import Prompts
from genetic.translate.tasks import load_tasks
from sandbox.programs import Language, open_source, open_target

HELLO = Trial(
    'console.log("hi");\n', f'{INCLUDES}int main(void) {{ puts("hi"); return 0; }}\n', (b"",)
)


@pytest.fixture(scope="module")
def javascript() -> Iterator[Language]:
    with closing(open_source("javascript", 1)) as found:
        yield found


@pytest.fixture(scope="module")
def c() -> Iterator[Language]:
    with closing(open_target("c")) as found:
        yield found


def drafts(level: int, count: int, split: str = "train") -> list[Trial]:
    found = (drafted(number, level, split) for number in range(10_000))  # type: ignore[arg-type]
    some = (trial for trial in found if trial is not None)
    return [next(some) for _ in range(count)]


@pytest.mark.parametrize("level", [1, 2])
def test_drafts_agree_and_have_what_their_level_asks_for(
    level: int, javascript: Language, c: Language
) -> None:
    trials = drafts(level, BATCH)
    assert trials == drafts(level, BATCH)
    for trial in trials:
        assert len(trial.inputs) >= 3
        lines = [line for line in trial.javascript.splitlines() if line.strip()]
        assert len(lines) >= FEWEST_LINES[level]
    right = [found is not None for found in agreeing(javascript, c, trials)]
    assert sum(right) >= 0.8 * len(right)


def test_there_are_hundreds_of_structures_and_those_for_tests_are_others() -> None:
    shapes = {
        level: [
            shape(Composer(random.Random(seed), level).composed(3).program) for seed in range(300)
        ]
        for level in (1, 2)
    }
    for found in shapes.values():
        assert len(set(found)) > 200
    held_out = [is_held_out(each) for each in (*shapes[1], *shapes[2])]
    assert 0.05 < sum(held_out) / len(held_out) < 0.25
    train, test = (
        {trial.javascript for trial in drafts(1, 40, split)} for split in ("train", "test")
    )
    assert not train & test


def test_no_draft_has_the_structure_of_a_bundled_task() -> None:
    sources = [task.source for task in load_tasks()]
    assert all(map(is_bundled, sources))
    renamed = sources[0].replace("text", "words").replace('"', "'").replace("const", "let")
    assert is_bundled(renamed)
    assert not any(is_bundled(trial.javascript) for trial in (*drafts(1, 40), *drafts(2, 40)))


def test_what_does_not_agree_is_refused_and_spoils_no_other(
    javascript: Language, c: Language
) -> None:
    other = Trial(HELLO.javascript, HELLO.c.replace("hi", "ho"), (b"",))
    uncompiled = Trial(HELLO.javascript, "int main(void) { return x; }\n", (b"",))
    failing = Trial("null.length;\n", HELLO.c, (b"",))
    found = agreeing(javascript, c, [HELLO, other, uncompiled, failing, HELLO])
    assert found == [[b"hi\n"], None, None, None, [b"hi\n"]]


def test_a_source_that_never_ends_is_refused_alone(javascript: Language, c: Language) -> None:
    endless = Trial("while (true) {}\n", HELLO.c, (b"",))
    assert agreeing(javascript, c, [endless, HELLO]) == [None, [b"hi\n"]]


def test_many_sources_in_one_node_print_what_each_prints_alone(
    javascript: Language, c: Language
) -> None:
    trials = drafts(1, 6)
    alone = [outputs(javascript, trial.javascript, trial.inputs) for trial in trials]
    both = zip(agreeing(javascript, c, trials), alone, strict=True)
    assert all(one == other for one, other in both if one is not None)


def test_programs_keep_their_names_to_themselves() -> None:
    source = together([HELLO.c, HELLO.c])
    assert "#define main main_0_" in source
    assert "#undef main" in source


@pytest.fixture(scope="module")
def executor() -> Iterator[Executor]:
    with closing(LocalExecutor(1)) as found:
        yield found


def test_a_slip_is_shown_by_the_compiler_or_the_output(
    executor: Executor, c: Language, javascript: Language
) -> None:
    trials = drafts(1, 8)
    printed = agreeing(javascript, c, trials)
    asked = [
        Mending(trial, found, executor).slip(random.Random(number))
        for number, (trial, found) in enumerate(zip(trials, printed, strict=True))
        if found is not None
    ]
    told = [each for each in asked if each is not None]
    assert len(told) > len(asked) / 2
    for each in told:
        assert "error:" in each or "it should print" in each


def test_a_wrong_translation_is_asked_about_as_a_search_does(executor: Executor) -> None:
    mending = Mending(HELLO, [b"hi\n"], executor)
    assert mending.question(HELLO.c, random.Random(0)) is None
    asked = mending.question(HELLO.c.replace("hi", "ho"), random.Random(0))
    assert asked is not None
    assert asked.startswith(f"{HELLO.javascript}\n\n{HELLO.c.replace('hi', 'ho')}\n\n")
    assert "it should print\nhi\n" in asked
    assert "It passes 0 of 1 tests." in asked


def test_the_taught_model_is_asked_as_it_was_taught() -> None:
    assert suited([TAUGHT], "javascript", "c") is PROMPTS
    assert suited(["smollm2"], "javascript", "c") == Prompts()
    assert suited([TAUGHT], "python", "c") == Prompts()
    assert suited([TAUGHT, "smollm2"], "javascript", "c") == Prompts()
    assert PROMPTS.fill("translate", {"source": "x"}, 100) == "x"
    assert FRAME.opening == f"```c\n{INCLUDES}\n"


def test_a_file_is_gone_on_with_and_is_the_same_then(tmp_path: Path) -> None:
    whole, parts = tmp_path / "whole.jsonl", tmp_path / "parts.jsonl"
    order = Order(mends=0.5)
    assert forge(order, 5, whole)[0] == 5
    made: list[int] = []
    assert forge(order, 9, parts, stopped=lambda: len(made) == 2, made=made.append)[0] == 2
    with parts.open("a") as file:
        file.write('{"kind": "tr')
    assert forge(order, 5, parts)[0] == 5
    assert parts.read_bytes() == whole.read_bytes()
    lines = [json.loads(line) for line in whole.read_text().splitlines()]
    assert {line["kind"] for line in lines} <= {"translation", "mend"}
    assert all(line["completion"].endswith("\n```") for line in lines)


def test_another_order_or_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "pairs.jsonl"
    forge(Order(), 1, path)
    with pytest.raises(ValueError, match="another order"):
        forge(Order(level=2), 2, path)
    path.write_text("{}\n")
    with pytest.raises(ValueError, match="line 1 of .* is no pair"):
        forge(Order(), 2, path)
    for other in ("all my notes", "[" * 100_000 + "\n"):
        path.write_text(other)
        with pytest.raises(ValueError, match="is no pair"):
            forge(Order(), 2, path)
        assert path.read_text() == other


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"level": 3}, "there is no level 3; there are 1 and 2"),
        ({"split": "both"}, "split must be train or test"),
        ({"seed": -1}, "seed must be from 0"),
        ({"mends": 1.5}, "mends must be from 0 to 1"),
    ],
)
def test_an_impossible_order_is_told(values: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Order(**values)  # type: ignore[arg-type]


class Drafts:
    """A model that says what it has been given to say, and then nothing."""

    name = "drafts"

    def __init__(self, *programs: str) -> None:
        self._programs = list(programs)

    def complete(self, query: object, **_: object) -> Completion:
        text = f"```c\n{self._programs.pop(0)}\n```" if self._programs else ""
        return Completion(text=text, tokens_in=1, tokens_out=1, finish="stop", model=self.name)


def test_what_a_model_drafts_wrong_is_asked_about_and_what_is_right_is_learnt(
    tmp_path: Path,
) -> None:
    assert forge(Order(), 2, tmp_path / "plain.jsonl")[0] == 2
    plain = [json.loads(line) for line in (tmp_path / "plain.jsonl").read_text().splitlines()]
    right = plain[1]["program"].replace("return 0;", "return  0;")
    llm = Drafts("int main(void) { return 0; }", right)
    out = tmp_path / "own.jsonl"
    assert forge(Order(drafts="drafts"), 3, out, llm=llm)[0] == 3
    wrong, learnt, silent = (json.loads(line) for line in out.read_text().splitlines())
    assert wrong["kind"] == "mend"
    assert "\n\nint main(void) { return 0; }\n\n" in wrong["prompt"]
    assert wrong["completion"] == plain[0]["completion"]
    assert learnt["kind"] == silent["kind"] == "translation"
    assert "return  0;" in learnt["completion"]
    assert silent["completion"].count("main(") == 1
    with pytest.raises(ValueError, match="another order"):
        forge(Order(), 4, out)


def test_drafts_take_the_place_of_slips() -> None:
    with pytest.raises(ValueError, match=r"mends is 0\.1, but what is mended"):
        Order(mends=0.1, drafts="smollm2:c")
