"""Random tokens, and what models are asked and answer."""

import random
import time
from collections import Counter

import pytest

from autoagent.asker import Question
from autoagent.llm import Completion
from genetic.elm.languages import PYTHON, C
from genetic.elm.operators import Asked, Tokens, UnfitError, diff, rewrite
from genetic.elm.operators.diff import patched
from genetic.elm.operators.rewrite import rewritten

PROGRAM = """\
def area(width, height):
    # the sides of a field
    if width > 3 and height:
        return width * height + 2.5
    return 0
"""


def test_a_token_gives_way_to_one_of_its_kind() -> None:
    others = {token.text: set(token.others) for token in PYTHON.changeable(PROGRAM)}
    assert others["*"] == {"+", "-", "/", "//", "%", "**"}
    assert others["width"] == {"area", "height"}
    assert others["and"] == {"or"}
    assert others["2.5"] == {str(number) for number in range(11)}
    assert not any(others[text] for text in ("def", "(", ":", "return", "\n"))


C_PROGRAM = """\
#include <stdio.h>
/* twice */
int main(void) {
    int here = 0x1f, there = 2;
    if (scanf("%d", &here) == 1 && here >= 'a') printf("%d\\n", here * there);
    return 0;
}
"""


def test_what_is_called_in_c_gives_way_to_what_is_called() -> None:
    tokens = C.changeable(C_PROGRAM)
    others = {token.text: set(token.others) for token in tokens}
    assert others["printf"] == {"main", "scanf"}
    assert others["there"] == {"here"}
    assert others["&&"] == {"||"}
    assert others["0x1f"] == {str(number) for number in range(11)}
    assert not any(others[text] for text in ("include", "stdio", "&", "return", '"%d"', "'a'", ";"))
    assert "twice" not in others
    assert all(C_PROGRAM[token.start : token.end] == token.text for token in tokens)


@pytest.mark.parametrize("unclosed", ['"' + '\\"' * 50_000, "'" + "\\'" * 50_000, "/* " * 200_000])
def test_what_is_never_closed_in_c_is_read_once(unclosed: str) -> None:
    begun = time.process_time()
    assert [each.text for each in C.lexed(f"x\n{unclosed}")] in (["x"], ["x", unclosed])
    assert time.process_time() - begun < 2


def test_what_a_model_is_asked_names_the_language() -> None:
    style = rewrite(C)
    asked = style.prompt("T", "int x;\n", "Changed main function.")
    assert "This is program.c:\n\n```c\nint x;\n```" in asked
    assert style.frame.opening == "```c\n"
    assert style.read("", "```c\nint y;\n```") == "int y;\n"
    assert "unified diff of C " in diff(C).frame.system


def test_a_change_says_what_it_changed_and_follows_from_its_seed() -> None:
    tokens = Tokens(1.0, lines=0.0)
    for seed in range(50):
        changed = tokens.vary(PROGRAM, random.Random(seed), "")
        assert changed == tokens.vary(PROGRAM, random.Random(seed), "other")
        assert changed.program not in (None, PROGRAM)
        assert changed.message.startswith("Changed ")
        assert len(PYTHON.changeable(changed.program or "")) == len(PYTHON.changeable(PROGRAM))


def test_as_many_tokens_change_as_are_wished() -> None:
    changed = [
        Tokens(4.0, lines=0.0).vary(PROGRAM, random.Random(seed), "").message.count(" to ")
        for seed in range(400)
    ]
    assert 3.6 < sum(changed) / len(changed) < 4.4


def test_lines_are_repeated_and_dropped() -> None:
    made = [Tokens(lines=1.0).vary(PROGRAM, random.Random(seed), "") for seed in range(30)]
    lengths = Counter(len((each.program or "").splitlines()) for each in made)
    assert set(lengths) == {4, 6}
    assert all((each.program or "").startswith("def area") for each in made)


@pytest.mark.parametrize("program", ["", "(", "if", "'''"])
def test_what_has_no_tokens_is_not_changed(program: str) -> None:
    varied = Tokens(lines=0.0).vary(program, random.Random(0), "")
    assert varied.program is None
    assert varied.fault


def test_commits_have_the_frequencies_of_the_paper() -> None:
    asked: list[Question] = []

    def ask(question: Question) -> Completion:
        asked.append(question)
        return Completion(text="", tokens_in=0, tokens_out=0, finish="stop", model="")

    operator = Asked(
        rewrite(PYTHON), task="T", function="area", ask=ask, temperature=0.8, max_tokens=99
    )
    drawn = Counter(
        operator.vary(PROGRAM, random.Random(seed), f"elm.{seed}").message for seed in range(2000)
    )
    shares = {message: count / 2000 for message, count in drawn.items()}
    assert shares == pytest.approx(
        {
            "Changed area function.": 0.4,
            "Changed parameters in area function.": 0.3,
            "Small change to area function.": 0.3,
        },
        abs=0.04,
    )
    assert asked[3].key == "elm.3"
    assert asked[0].query == (
        f"T\n\nThis is program.py:\n\n```python\n{PROGRAM.strip()}\n```\n\n"
        f"Commit message: {operator.vary(PROGRAM, random.Random(0), '').message}\n"
        "Write the whole program as it is after this commit."
    )
    assert "unified diff" in diff(PYTHON).frame.system


def test_a_program_is_found_in_an_answer() -> None:
    assert rewritten("python", PROGRAM, "So:\n```python\nx = 1\n```") == "x = 1\n"
    for answer in ("", f"```python\n{PROGRAM}```"):
        with pytest.raises(UnfitError):
            rewritten("python", PROGRAM, answer)


def test_a_diff_is_applied_whatever_its_line_numbers_are() -> None:
    answer = """```diff
--- a/program.py
+++ b/program.py
@@ -90,3 +90,3 @@
     if width > 3 and height:
-        return width * height + 2.5
+        return width * height
+
@@ ... @@
-    return 0
+    return 1
```"""
    assert patched(PROGRAM, answer) == PROGRAM.replace(" + 2.5\n", "\n\n").replace(
        "return 0", "return 1"
    )


@pytest.mark.parametrize(
    ("edits", "why"),
    [
        ("", "does not apply"),
        ("no", "does not apply"),
        ("@@ @@\n def area(width, height):", "changes nothing"),
        ("@@ @@\n-    return 2\n+    return 1", "nowhere"),
        ("@@ @@\n-    return\n+    return 1", "nowhere"),
        ("@@ @@\n+x = 1", "does not apply"),
    ],
)
def test_a_diff_that_does_not_fit_is_refused(edits: str, why: str) -> None:
    with pytest.raises(UnfitError, match=why):
        patched(PROGRAM, f"```diff\n{edits}\n```")
