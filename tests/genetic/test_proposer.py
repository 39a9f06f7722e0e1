"""What models are asked, and what of a test they are shown."""

import random
from dataclasses import replace

import pytest

from autoagent.asker import Asker
from genetic.fitness import Fitness
from genetic.translate.evaluate import Evaluation
from genetic.translate.judge import Judgement, Result
from genetic.translate.operators import TextOperators
from genetic.translate.prompts import Prompts
from genetic.translate.proposer import Mend, Proposer
from genetic.translate.task import Task
from tests.genetic.fakes import (
    RIGHT,
    TASK,
    Here,
    Model,
    judge_of,
    ran,
    search_of,
    settings_of,
    writer,
)

GIVEN, EXPECTED, ACTUAL = b"the input 77", b"first right\n42\n", b"first right\nwrong 43\n"


def result(name="t", *, exact=False, status="ok", reasoning="", **given) -> Result:
    known = {"given": GIVEN, "expected": EXPECTED, "actual": ACTUAL} | given
    return Result(
        input=name, exact=exact, similarity=0.5, status=status, reasoning=reasoning, **known
    )


def author_of(model: Model, task: Task = TASK, **settings) -> Proposer:
    chosen = settings_of(**settings)
    return Proposer(
        task=task,
        target="c",
        prompts=Prompts(),
        operators=TextOperators(blind=chosen.blind),
        settings=chosen,
        ask=Asker([model]).ask,
        name="0.0.0",
        model=0,
    )


def mended(*results: Result, says: str = "int x;", seed: int = 0, **settings) -> list[str]:
    """Have a program mended; return what the model was asked."""
    model = Model(lambda query, rng: says)
    judgement = Judgement(Fitness(0, tests=len(results)), results=results)
    author_of(model, **settings).mend("heal0", "int y;", judgement, random.Random(seed))
    return model.queries


def test_source_languages_and_program_are_shown():
    (query,) = mended(result())
    assert "C program shall print what the JavaScript program prints" in query
    assert TASK.source in query
    assert "int y;" in query


def test_a_test_that_fails_is_quoted():
    (query,) = mended(result())
    for text in (GIVEN, EXPECTED, ACTUAL):
        assert text.decode() in query


@pytest.mark.parametrize("shuffle", [True, False])
def test_three_failing_tests_are_told_and_others_each_time(shuffle):
    tests = [result(str(n), given=b"input %d!" % n, exact=n == 1, status="ok") for n in range(6)]
    tests.append(result("6", given=b"input 6!", status=None))

    def told(seed):
        (query,) = mended(*tests, seed=seed, shuffle=shuffle)
        return tuple(n for n in range(7) if f"input {n}!" in query)

    found = {told(seed) for seed in range(40)}
    assert {len(each) for each in found} == {3}
    # What passes or was not tried is never told.
    assert {n for each in found for n in each} == ({0, 2, 3, 4, 5} if shuffle else {0, 2, 3})


def test_every_one_of_three_long_faults_is_shown():
    long = [result(str(n), given=b"input %d!" % n, expected=b"e" * 9000) for n in range(3)]
    (query,) = mended(*long)
    assert all(f"input {n}!" in query for n in range(3))


def test_how_many_tests_pass_is_told_and_a_change_that_altered_nothing():
    model = Model(lambda query, rng: "int x;")
    proposer = author_of(model)
    first = Judgement(Fitness(0, tests=3, exact=1), results=(result(),))
    other = Judgement(Fitness(0, tests=3, exact=1), results=(result(actual=b"another"),))
    for judgement in (first, other, other):
        proposer.mend("heal0", "int y;", judgement, random.Random(0))
    assert ["It passes 1 of 3 tests." in query for query in model.queries] == [True] * 3
    altered_nothing = ["Your last change altered no output" in query for query in model.queries]
    assert altered_nothing == [False, False, True]


def test_what_does_not_count_is_not_told():
    loose = replace(TASK, compare="trailing-space")
    (query,) = mended(result(expected=b"right 42 \n", actual=b"wrong 43"), task=loose)
    assert "White space at the ends of lines is ignored." in query
    assert "must end with a newline" not in query
    assert "right 42\n" in query


@pytest.mark.parametrize("wanted", [False, True])
def test_warnings_of_the_compiler_are_told_where_they_are_wanted(wanted):
    model = Model(lambda query, rng: "int x;")
    wrong = Judgement(Fitness(0, tests=1), warnings="5:12: %d is no double", results=(result(),))
    proposer = author_of(model, warnings=wanted)
    proposer.mend("heal0", "int y;", wrong, random.Random(0))
    assert ("The compiler warns:\n5:12: %d is no double" in model.queries[0]) is wanted


def test_an_answer_that_broke_off_is_said_to_have():
    model = Model(lambda query, rng: "int x;", finish="length")
    proposer = author_of(model, max_tokens=99)
    wrong = Judgement(Fitness(0, tests=1), results=(result(),))
    for judgement in (Judgement(Fitness(9), "error!"), wrong):
        proposer.mend("heal0", "int y;", judgement, random.Random(0))
    assert "broke off" not in model.queries[0]
    assert "The answer broke off after 3 tokens" in model.queries[1]


def mend_by_edits(says: str) -> tuple[Proposer, Mend, Model]:
    """Have `int y;` mended by edits."""
    model = Model(lambda query, rng: says)
    judgement = Judgement(Fitness(0, tests=1), results=(result(),))
    author = author_of(model, diff=True)
    return author, author.mend("heal0", "int y;", judgement, random.Random(0)), model


def test_edits_are_asked_for_where_they_are_wanted_and_applied():
    _, mend, model = mend_by_edits("<<<<<<< SEARCH\nint y;\n=======\nint z;\n>>>>>>> REPLACE")
    assert mend.program == "int z;"
    (query,) = model.queries
    assert "Answer with edits" in query
    assert "one complete program" not in query
    assert "one complete program" in mend.prompt, "who learns from a mend learns whole programs"


def test_edits_that_apply_nowhere_leave_the_program_and_are_told():
    author, mend, model = mend_by_edits("<<<<<<< SEARCH\nint a;\n=======\n\n>>>>>>> REPLACE")
    assert mend.program == "int y;"
    judgement = Judgement(Fitness(0, tests=1), results=(result(),))
    author.mend("heal1", mend.program, judgement, random.Random(0))
    assert "applies nowhere" not in model.queries[0]
    assert "applies nowhere" in model.queries[1]


def test_who_has_no_program_is_asked_for_one_whatever_is_wanted():
    model = Model(lambda query, rng: "int x;")
    judgement = Judgement(Fitness(0, tests=1), compile_errors="error: nothing there")
    mend = author_of(model, diff=True).mend("heal0", "", judgement, random.Random(0))
    assert mend.program == "int x;"


def test_what_programs_are_compiled_for_is_told():
    model = Model(lambda query, rng: "int x;")
    author_of(model).translate("draft0")
    assert "compiled for wasm32: int, long and pointers have 32 bits" in model.queries[0]


def test_a_rating_that_came_with_words_is_passed_on_unless_blind():
    assert "because of the moon" in mended(result(reasoning="because of the moon"))[0]
    assert "moon" not in mended(result(reasoning="because of the moon"), blind=True)[0]


def test_an_explanation_is_asked_for_and_passed_on():
    first, second = mended(result(), says="The loop ends early.", explain=True)
    assert "Answer in at most three sentences, without code." in first
    assert "For the input\nthe input 77" in second
    assert "The loop ends early." in second
    assert len(mended(result(), explain=False)) == 1


SHOWN = ("77", "first right", "42", "wrong 43")


def test_a_blind_author_is_shown_neither_input_nor_outputs():
    (query,) = mended(result(), blind=True)
    assert not any(text in query for text in SHOWN)
    assert "Line 2 is the first that differs" in query


def test_a_blind_explanation_is_passed_on_in_place_of_the_outline():
    describing, mending = mended(result(), says="The last row differs.", blind=True, explain=True)
    assert "how the actual output differs in form" in describing
    assert TASK.source not in describing
    assert "The last row differs." in mending
    assert not any(text in mending for text in SHOWN)


@pytest.mark.parametrize(
    "said",
    [
        "It prints 'first right' twice.",
        "It should be 42.",
        "It says wrong 43",
        "For the input 77 it fails.",
    ],
)
def test_a_blind_explanation_that_quotes_is_dropped(said):
    _, mending = mended(result(), says=said, blind=True, explain=True)
    assert said not in mending
    assert "Line 2 is the first that differs" in mending


def test_a_part_of_a_word_is_no_quotation():
    _, mending = mended(result(), says="4200 lines.", blind=True, explain=True)
    assert "4200 lines." in mending


@pytest.mark.parametrize("explain", [False, True])
def test_a_blind_search_shows_no_model_that_writes_what_it_should_print(explain):
    def quoted(blind):
        model = Model(writer(0.0, 0.0))  # itself it never writes what is right
        settings = settings_of(blind=blind, explain=explain, generations=2, mutation_rate=0.01)
        ran(search_of(model, settings=settings))
        queries = [each for each in model.queries if not each.startswith("Expected output:")]
        texts = [test.input.decode() for test in TASK.tests[2:]] + [*RIGHT]
        return [query for query in queries if any(text in query for text in texts)]

    assert not quoted(blind=True)
    assert quoted(blind=False)


def test_errors_of_the_compiler_are_shown_also_to_a_blind_author():
    model = Model(lambda query, rng: "")
    judgement = judge_of().judge("!")
    author_of(model, blind=True).mend("heal0", "!", judgement, random.Random(0))
    assert "The compiler says:\nerror!" in model.queries[0]


def test_a_refusal_without_a_word_can_be_mended():
    judgement = judge_of(Here(lambda source, trial: Evaluation(compile_errors=""))).judge("x")
    assert judgement.fitness.compile_errors == 1
    model = Model(lambda query, rng: "")
    author_of(model).mend("heal0", "x", judgement, random.Random(0))
    assert "does not compile" in model.queries[0]


def test_the_longest_prompt_is_bounded_where_cutting_can_achieve_that():
    huge = result(expected=b"e" * 100_000, actual=b"a" * 100_000)
    (query,) = mended(huge, prompt_chars=3000)
    assert len(query) <= 3000


@pytest.mark.parametrize(
    ("answer", "program"),
    [
        ("```c\nint x;\n```", "int x;"),
        ("Sure!\n```c\nint x;\n```\nDone.", "int x;"),
        ("int x;", "int x;"),
        ("", ""),
        ("```c\n```", ""),
        ("half \ud800", "half ?"),
    ],
)
def test_the_program_in_an_answer(answer, program):
    assert author_of(Model(lambda query, rng: answer)).translate("draft0") == program
