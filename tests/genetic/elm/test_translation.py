"""Translations as a domain: judged by what is open, and placed by length and cost."""

from collections.abc import Iterator
from contextlib import closing
from math import log10
from pathlib import Path

import pytest

from genetic.elm import open_domain
from genetic.elm.languages import C
from genetic.elm.translation import Translation, length
from genetic.translate.tasks import load_tasks

RIGHT = (Path(__file__).parents[1] / "solutions" / "fizzbuzz.c").read_text()


@pytest.fixture(scope="module")
def domain() -> Iterator[Translation]:
    (task,) = load_tasks("fizzbuzz")
    with closing(Translation(task)) as domain:
        yield domain


def test_a_table_in_a_string_is_as_long_as_it_is() -> None:
    assert length(RIGHT) == len(C.lexed(RIGHT))
    table = 'char table[] = "' + "a" * 3198 + '";'
    assert length(table) == len(C.lexed(table)) + 100


def test_programs_are_placed_by_their_tokens_and_what_they_take(domain: Translation) -> None:
    plain = RIGHT.replace("    ", " ").replace("{\n", "{\n// a comment\n", 1)
    dear = RIGHT.replace("int from", "for (volatile int i = 0; i < 9999; i++);\n int from")
    right, same, dearer, echo = domain.judge([RIGHT, plain, dear, domain.seeds["echo"]])
    assert right.objective == pytest.approx(1 - sum(right.measures) / 1000)
    assert right.measures[0] == pytest.approx(log10(len(C.lexed(RIGHT))))
    assert same == right, "comments and white space count for nothing"
    assert 0.98 < dearer.objective < right.objective, "of what is as right, the smaller is better"
    assert all(more > less for more, less in zip(dearer.measures, right.measures, strict=True))
    assert echo.objective == 0.0
    assert not echo.fault


def test_the_share_of_right_tests_is_what_counts(domain: Translation) -> None:
    (some,) = domain.judge([RIGHT.replace("nothing to count", "none")])
    assert round(some.objective, 1) == 0.8, (
        "one of five open inputs, and the larger one, are told apart"
    )


@pytest.mark.parametrize(
    ("program", "why"),
    [
        ("int main(void) { return x; }", "it does not compile: use of undeclared identifier"),
        ("int main(void) { for (;;); }", "it takes too much (fuel): open"),
        (
            '#include <stdio.h>\nint main(void) { for (;;) puts("x"); }',
            "it takes too much (output)",
        ),
    ],
)
def test_what_is_no_program_or_takes_too_much_has_a_fault(
    domain: Translation, program: str, why: str
) -> None:
    (judged,) = domain.judge([program])
    assert judged.fault.startswith(why)


def test_a_crash_is_a_wrong_answer(domain: Translation) -> None:
    (judged,) = domain.judge(["int main(void) { __builtin_trap(); }"])
    assert (judged.objective, judged.fault) == (0.0, "")


def test_hidden_inputs_are_not_known(domain: Translation) -> None:
    (task,) = load_tasks("fizzbuzz")
    known = {test.input for test in domain._tests.tests}
    assert known == set(task.inputs)
    assert not known & set(task.hidden)


def test_a_task_must_be_named() -> None:
    with pytest.raises(ValueError, match="name one, as translation:fizzbuzz; known: add_two"):
        open_domain("translation", together=1)
