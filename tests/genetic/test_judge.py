"""The judge, with the real compiler: what candidates are worth, whatever they are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from autoagent.similarity import Length, Rating, Similarity
from genetic.executors import Executor, LostWorkerError, open_executor
from genetic.fitness import NEARLY
from genetic.translate.evaluate import Trial
from genetic.translate.judge import LONGEST_PROGRAM, WORST, Judge, Judgement
from genetic.translate.task import Task
from genetic.translate.task import Test as Case
from sandbox.limits import Limits
from sandbox.programs import Language
from tests.genetic.fakes import TASK, Here, evaluated, judge_of, run_of
from tests.sandbox.programs.conftest import c  # noqa: F401

STDIO = "#include <stdio.h>\n"
DOUBLE = STDIO + 'int main(void) { int n; scanf("%d", &n); printf("%d\\n", 2 * n); }\n'
INPUTS = (b"1000", b"20", b"3", b"400")
DOUBLES = Task(
    source="...",
    language="javascript",
    tests=tuple(Case(n.decode(), n, b"%d\n" % (2 * int(n))) for n in INPUTS),
)
LIMITS = Limits(fuel=10**7, memory_mb=64, wall_seconds=30)
LENGTH = Similarity([(Length(), 1.0)])


@pytest.fixture(scope="module")
def executor(c: Language) -> Iterator[Executor]:  # noqa: F811
    """Two threads; skipped where there is no compiler."""
    opened = open_executor("local", 2)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def judge(executor: Executor) -> Judge:
    return Judge(DOUBLES, target="c", executor=executor, similarity=LENGTH, limits=LIMITS)


def body(text: str) -> str:
    return f"{STDIO}int main(void) {{ {text} }}\n"


def assert_poor(judgement: Judgement) -> None:
    """It gets nothing right."""
    fitness = judgement.fitness
    assert not fitness.correct
    assert fitness.exact == 0
    assert fitness.tests == len(INPUTS)
    assert 0 <= fitness.progress < 1


def test_a_right_program(judge: Judge) -> None:
    judgement = judge.judge(DOUBLE)
    assert judgement.fitness.correct
    assert judgement.fitness.key[:3] == (0, 1.0, 4.0)
    assert judgement.fitness.fuel == judgement.fuel
    assert judgement.fuel is not None
    assert judgement.fuel > 0
    assert [result.input for result in judgement.results] == ["3", "20", "400", "1000"]


def test_a_program_that_is_right_now_and_then(judge: Judge) -> None:
    judgement = judge.judge(DOUBLE.replace("2 * n", "n > 99 ? 2 * n : 7"))
    fitness = judgement.fitness
    assert (fitness.exact, fitness.unique, fitness.fuel) == (2, 0.75, None)
    assert 2 < fitness.passed < 4
    wrong = judgement.results[0]
    assert (wrong.exact, wrong.given, wrong.expected, wrong.actual) == (False, b"3", b"6\n", b"7\n")
    assert (wrong.status, wrong.similarity) == ("ok", NEARLY)


def test_the_tiers(judge: Judge) -> None:
    """Fewer complaints, then other outputs for other inputs, then the right ones, then speed."""
    order = [
        "int main(void) { nonsense; more; }",
        "int main(void) { nonsense; }",
        body('puts("7");'),
        DOUBLE.replace("2 * n", "3 * n"),
        DOUBLE.replace("2 * n", "n == 3 ? 6 : 3 * n"),
        DOUBLE.replace("printf", "for (volatile int i = 0; i < 9999; i++); printf"),
        DOUBLE,
    ]
    fitness = [judge.judge(source).fitness for source in order]
    assert sorted(fitness) == fitness
    assert len(set(fitness)) == len(order)


STRANGE = {
    "nothing": "",
    "blank": " \n\t",
    "empty": "int main(void) {}",
    "prose": "I am sorry, but I cannot translate this.",
    "fences": "`" * LONGEST_PROGRAM,
    "long": "x" * 300_000,
    "huge": "int x;\n" * 10**6,
    "NUL": "int main(void) { \0 }",
    "half character": "int main(void) { \ud800 }",
    "NaN": body('printf("%f\\n%f\\n", 0.0 / 0.0, 1e999);'),
    "reads nothing": body('puts("7");'),
    "loop": body("for (volatile int i = 0;; i++);"),
    "flood": body("for (;;) puts(__FILE__);"),
    "binary flood": body("for (int c = 0;; c++) putchar(c);"),
    "crash": body("__builtin_trap();"),
    "null": body("printf(\"%d\", *(volatile int *)0); return 3;"),
    "recursion": "int f(int n) { return f(n + 1) + f(n); } int main(void) { return f(1); }",
    "memory": "#include <stdlib.h>\nint main(void) { for (;;) *(char *)malloc(1 << 20) = 1; }",
    "static memory": "char a[1 << 30] = {1}; int main(void) {}",
    "host file": '#include "/etc/passwd"\n' + DOUBLE,
    "endless file": '#include "/dev/zero"\n' + DOUBLE,
    "embedded file": 'char a[] = {\n#embed "/etc/passwd"\n};\n' + DOUBLE,
    "assembled file": '__asm__(".incbin \\"/etc/passwd\\"");\n' + DOUBLE,
    "includes itself": "#include __FILE__\n",
    "macros": "".join(f"#define A{n} A{n + 1} A{n + 1}\n" for n in range(20)) + "int x = A0;",
    "pragmas": '_Pragma("GCC error \\"no\\"")\n' * 300,
    "dependency": '#pragma GCC dependency "/etc/passwd"\nint main(void) {}',
    "brackets": "int main(void) { return " + "(" * 9000 + "1" + ")" * 9000 + "; }",
    "exit 0 at once": "void _Exit(int); int main(void) { _Exit(0); }",
}  # fmt: skip


@pytest.mark.parametrize("source", STRANGE.values(), ids=STRANGE.keys())
def test_any_text_gets_a_fair_low_score(judge: Judge, source: str) -> None:
    judgement = judge.judge(source)
    assert_poor(judgement)
    assert judgement.fitness < judge.judge(DOUBLE.replace("2 * n", "3 * n")).fitness
    assert "root:" not in judgement.compile_errors
    assert bool(judgement.compile_errors) == (judgement.results == ())


@pytest.mark.parametrize("source", ["", "x" * (LONGEST_PROGRAM + 1)], ids=["none", "long"])
def test_what_is_not_compiled_is_worse_than_what_does_not_compile(
    judge: Judge, source: str
) -> None:
    assert judge.judge(source).fitness.compile_errors == WORST
    assert judge.judge(source).fitness < judge.judge(STRANGE["pragmas"]).fitness


@pytest.mark.parametrize(("name", "status"), [("loop", "fuel"), ("flood", "output")])
def test_what_never_ends_ends_by_what_is_counted(judge: Judge, name: str, status: str) -> None:
    """Not by the clock: the same on a slower machine."""
    assert {result.status for result in judge.judge(STRANGE[name]).results} == {status}


def test_a_stress_input_may_take_more_and_decides_the_speed(executor: Executor) -> None:
    stress = Case("stress", b"2000000", b"4000000\n")
    task = Task(source="", language="javascript", tests=DOUBLES.tests, stress=stress)
    judge = Judge(task, target="c", executor=executor, similarity=LENGTH, limits=LIMITS)
    loop = DOUBLE.replace("printf", "for (volatile int i = 0; i < n; i++); printf")
    slow, endless = (
        judge.judge(loop).fitness,
        judge.judge(loop.replace("i < n", "i < 9 * n")).fitness,
    )
    assert slow.correct
    assert slow.fuel is not None
    assert slow.fuel > LIMITS.fuel
    assert endless.correct
    assert endless.fuel is None
    assert endless < slow < judge.judge(DOUBLE).fitness


def test_white_space_at_ends_counts_unless_it_is_loose(executor: Executor, judge: Judge) -> None:
    sloppy = DOUBLE.replace('"%d\\n"', '"%d  \\n\\n"')
    task = replace(DOUBLES, compare="trailing-space")
    loose = Judge(task, target="c", executor=executor, similarity=LENGTH)
    assert judge.judge(sloppy).fitness.exact == 0
    assert loose.judge(sloppy).fitness.correct
    assert not loose.judge(DOUBLE.replace('"%d', '" %d')).fitness.correct


# What needs no compiler


def test_a_cascade_gives_up_early() -> None:
    whole, cascade = judge_of(), judge_of(first=2)
    wrong, right_late = "a\nb", "a\nb\nline three;"
    assert [result.status for result in cascade.judge(wrong).results] == ["ok"] * 2 + [None] * 4
    assert [result.status for result in whole.judge(wrong).results] == ["ok"] * 2 + ["trap"] * 4
    # The price: what is right further on is not found out.
    assert cascade.judge(right_late).fitness.exact == 0
    assert whole.judge(right_late).fitness.exact == 1
    assert cascade.judge("line one;\nb").fitness == whole.judge("line one;\nb").fitness


def test_a_text_is_judged_once() -> None:
    executor = Here()
    judge = judge_of(executor)
    assert judge.judge("a") is judge.judge("a")
    assert executor.sources == ["a"]
    assert judge.judged == 1


def test_a_fault_of_the_machine_is_no_verdict() -> None:
    faults = [OSError("no compiler")]

    def shaky(source: str, trial: Trial):
        if faults:
            raise faults.pop()
        return evaluated(source, trial)

    judge = judge_of(Here(shaky))
    with pytest.raises(OSError, match="no compiler"):
        judge.judge("a")
    assert judge.judged == 0
    assert judge.judge("a").fitness.tests == 6


def test_whatever_kills_its_worker_does_nothing_right() -> None:
    def deadly(source: str, trial: Trial):
        raise LostWorkerError("killed by signal 9")

    judgement = judge_of(Here(deadly)).judge("a")
    assert judgement.fitness.exact == 0
    assert {result.status for result in judgement.results} == {"worker"}


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 1.0, 7.0])
def test_no_measure_makes_a_wrong_output_right(value: float) -> None:
    class Flatters:
        name = "flatters"

        def rate(self, pairs):
            return [Rating(value)] * len(pairs)

    judge = Judge(TASK, target="c", executor=Here(), similarity=Similarity([(Flatters(), 1.0)]))
    fitness = judge.judge("a\nb\nc\nd\ne\nf").fitness
    assert not fitness.correct
    assert 0 <= fitness.passed < fitness.tests


def test_a_match_that_ends_badly_is_none() -> None:
    def crashing(source: str, trial: Trial):
        found = evaluated(source, trial)
        return type(found)(runs=tuple(run_of(run.stdout, "exit") for run in found.runs))

    right = "\n".join(test.expected.decode() for test in TASK.tests)
    judgement = judge_of(Here(crashing)).judge(right)
    assert judgement.fitness.exact == 0
    assert judgement.fitness.unique == 1
    assert judgement.fitness.passed < 6


FURTHER = tuple(Case(f"further {n}", b"%d" % n, b"%d\n" % (2 * n)) for n in range(5000, 5040))
"""Numbers that the open tests have none of."""
UP_TO = body('int n; scanf("%d", &n); printf("%d\\n", n < {} ? 2 * n : 0);')


def furthered(executor: Executor) -> Judge:
    task = replace(DOUBLES, further=FURTHER)
    return Judge(task, target="c", executor=executor, similarity=LENGTH, limits=LIMITS)


def test_who_gets_all_right_is_tried_on_further_inputs(executor: Executor) -> None:
    right = furthered(executor).judge(DOUBLE)
    assert right.fitness.correct
    assert (right.fitness.exact, right.fitness.tests) == (len(INPUTS) + 1,) * 2
    assert len(right.results) == len(INPUTS)


def test_a_counterexample_is_a_test_that_fails(executor: Executor) -> None:
    judge = furthered(executor)
    early, late, never = (
        judge.judge(UP_TO.replace("{}", str(bound))) for bound in (2000, 5035, 500)
    )
    assert never.fitness < early.fitness < late.fitness < judge.judge(DOUBLE).fitness
    for judgement in (early, late):
        assert not judgement.fitness.correct
        assert judgement.fitness.exact == len(INPUTS)
        assert judgement.fuel is not None
    assert [each.input for each in late.results[len(INPUTS) :]] == [
        f"further {n}" for n in range(5035, 5040)
    ]
    assert (late.results[-1].given, late.results[-1].expected) == (b"5039", b"10078\n")
    assert len(never.results) == len(INPUTS)  # they are for those who get all else right
