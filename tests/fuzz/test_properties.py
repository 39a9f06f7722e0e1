"""What holds for any text and any message, tried on many."""

from __future__ import annotations

import json
import keyword
import random
import textwrap
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autoagent.organism import extract_code
from sandbox.judge import judge
from sandbox.nesting import too_deep
from sandbox.rules import RULES
from sandbox.session import End
from sandbox.verdict import Verdict
from tests.fuzz.targets import END_CAUSES, check_judge, check_messages

BOUNDED = settings(
    max_examples=150,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
ROOT = Path(__file__).parents[2]
SOURCES = [
    text
    for folder in ("sandbox", "autoagent/organism")
    for path in sorted((ROOT / folder).glob("*.py"))
    for text in textwrap.wrap(
        path.read_text(), 3000, replace_whitespace=False, drop_whitespace=False, tabsize=4
    )
]
EXAMPLES = [text for rule in RULES for text in rule.examples]
HARM = [text for text in EXAMPLES if judge(text).harm]

any_text = st.text(st.characters(exclude_categories=()), max_size=300)
pythonish = st.lists(
    st.sampled_from([*"()[]{}'\"\\\n\t #:.,;=@`~-", "'''", '"""', "\n    ", "f'", "0x", "1e"])
    | st.sampled_from([*keyword.kwlist, "match", "case", "_", "type", "self", "x", "os", "open"])
    | st.sampled_from(["__globals__", "__match_args__", "getattr", "exec", "eval", "compile"])
    | any_text.filter(len),
    max_size=60,
).map("".join)


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """Real code with pieces cut out, doubled, moved or replaced."""
    text = draw(st.sampled_from(SOURCES + EXAMPLES))
    for _ in range(draw(st.integers(0, 6))):
        low, high = sorted(draw(st.integers(0, len(text))) for _ in range(2))
        piece = draw(st.sampled_from(["", text[low:high], text[low:high] * 2]) | pythonish)
        text = text[:low] + piece + text[min(high, low + 200) :]
    return text


@BOUNDED
@given(any_text | pythonish | mutated())
def test_the_judge_gives_a_sound_verdict_on_any_text(text: str) -> None:
    check_judge(text)


@BOUNDED
@given(any_text | pythonish | st.lists(mutated(), max_size=3).map("\n```python\n".join))
def test_code_is_found_in_any_text(text: str) -> None:
    code = extract_code(text)
    assert code is None or code.strip()


WRAPPINGS = {
    "if": "if True:\n{indented}",
    "function": "def f():\n{indented}\nf()",
    "async function": "async def f():\n{indented}",
    "class": "class C:\n{indented}",
    "try": "try:\n{indented}\nexcept Exception:\n    pass",
    "except": "try:\n    1 / 0\nexcept ZeroDivisionError:\n{indented}",
    "except star": "try:\n    1 / 0\nexcept* ZeroDivisionError:\n{indented}",
    "loop": "for i in range(3):\n    while i:\n{indented_twice}",
    "match": "match 1:\n    case 1:\n{indented_twice}",
    "with": "with a as b:\n{indented}",
    "comment": "# harmless\n{code}\n# that was all",
    "before": "{code}\nx = 1\nprint(x)",
    "after": "x = 1\nprint(x)\n{code}",
    "exec": "exec({quoted})",
    "exec in a function": "def f(self):\n    return exec({quoted})",
    "line ends": "{windows}",
}


@pytest.mark.parametrize("wrapping", WRAPPINGS)
@pytest.mark.parametrize("harm", HARM)
def test_harm_is_found_in_any_wrapping(harm: str, wrapping: str) -> None:
    wrapped = WRAPPINGS[wrapping].format(
        code=harm,
        indented=textwrap.indent(harm, "    "),
        indented_twice=textwrap.indent(harm, " " * 8),
        quoted=repr(harm),
        windows=harm.replace("\n", "\r\n"),
    )
    assert judge(wrapped).harm, wrapped


@BOUNDED
@given(
    st.sampled_from(HARM),
    st.lists(st.sampled_from(list(WRAPPINGS)[:13]), max_size=4),
    st.sampled_from(["x = 1", "# a", "def g(): pass", "'''text'''", "y: int = 5"]),
)
def test_harm_is_found_under_many_wrappings(harm: str, wrappings: list[str], more: str) -> None:
    text = harm
    for name in wrappings:
        text = WRAPPINGS[name].format(
            code=text,
            indented=textwrap.indent(text, "    "),
            indented_twice=textwrap.indent(text, " " * 8),
        )
    assert judge(f"{more}\n{text}\n{more}").harm


SLOW_UNITS = ["'", '"', "\\", "\n", "#", "(", ")", "a", "1", ".", " ", "`", "f", "{", "}", "=", ","]


@pytest.mark.timeout(120)
def test_no_repeated_text_is_read_again_and_again() -> None:
    """Whoever looks at a text before it is parsed reads it once, or one of these takes minutes."""
    choose = random.Random(1)
    units = ['"a\\', "'''\\", "\\\n", "```\n", '"""a', '("\\', "f'{", "a.", "a[", "lambda:", "not "]
    units += ["".join(choose.choices(SLOW_UNITS, k=choose.randint(1, 4))) for _ in range(25)]
    for unit in units:
        for before in ("", '"""', "'''", "```python\n"):
            text = before + unit * (100_000 // len(unit))
            assert too_deep(text) != 0
            extract_code(text)


@pytest.mark.timeout(120)
@pytest.mark.parametrize("unit", ['"a\\', "x = 1\n", "'", "(", "a.b,", "```\n", "f'{x}'\n"])
def test_the_longest_text_gets_its_verdict(unit: str) -> None:
    text = unit * (60_000 // len(unit))
    assert judge(text).as_list() == judge(text).as_list()


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | any_text.filter(lambda text: len(text) < 50),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4)
    ),
    max_leaves=12,
)
keys = st.sampled_from(
    ["kind", "query", "outcome", "changes", "names", "name", "input", "code", "mode", "what"]
)
kinds = st.sampled_from(["ask", "skill", "judge", "harm", "flood", "end"])
outcomes = st.fixed_dictionaries(
    {},
    optional={
        "stdout": any_text | json_values,
        "error": any_text | json_values,
        "changes": st.dictionaries(any_text, st.none() | any_text, max_size=3) | json_values,
        "names": st.lists(any_text, max_size=3) | json_values,
    },
)
messages = (
    st.fixed_dictionaries(
        {"kind": kinds | json_values},
        optional={
            "query": any_text | json_values,
            "outcome": outcomes | json_values,
            "name": st.sampled_from(["clock", "notes", "x"]) | json_values,
            "input": st.dictionaries(st.just("write"), any_text) | json_values,
            "code": st.sampled_from(EXAMPLES) | any_text | json_values,
            "mode": st.sampled_from(["exec", "eval"]) | json_values,
            "what": any_text | json_values,
            "cause": st.sampled_from(["ended", "crashed", "memory", "fuel"]) | json_values,
            "detail": any_text | json_values,
        },
    )
    | st.dictionaries(keys, json_values, max_size=5)
    | json_values
)
words = messages.map(json.dumps) | messages.map(lambda m: json.dumps(m)[:-1]) | any_text
ends = st.builds(End, st.sampled_from(END_CAUSES), words, st.none() | st.integers(0, 9))


@BOUNDED
@given(st.lists(words, max_size=6), ends, st.sampled_from(["strict", "open"]))
def test_whatever_a_guest_says_leads_to_heartbeats_and_a_death(
    said: list[str], end: End, policy: Any
) -> None:
    check_messages(said, end, policy)


@BOUNDED
@given(st.lists(words, max_size=3), ends)
def test_a_well_formed_ask_is_a_heartbeat_whatever_comes_after(said: list[str], end: End) -> None:
    outcome = {"stdout": "", "error": "", "changes": {}, "names": []}
    check_messages([json.dumps({"kind": "ask", "query": "q", "outcome": outcome}), *said], end)


@BOUNDED
@given(st.lists(st.sampled_from(EXAMPLES), min_size=1, max_size=12))
def test_a_verdict_survives_its_journal(texts: list[str]) -> None:
    verdict = judge("\n".join(texts))
    again = Verdict.of(json.loads(json.dumps(verdict.as_list())))
    assert (again, again.message, again.harm) == (verdict, verdict.message, verdict.harm)
