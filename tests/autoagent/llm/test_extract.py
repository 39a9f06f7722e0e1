import ast
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autoagent.organism.extract import extract_code

FOUND = {
    "marked": ("Sure!\n```python\nx = 1\n```\nDone.", "x = 1"),
    "py": ("```py\nx = 1\n```", "x = 1"),
    "capitals": ("```Python\nx = 1\n```", "x = 1"),
    "attributes": ("```python title=a.py\nx = 1\n```", "x = 1"),
    "unmarked": ("```\nx = 1\n```", "x = 1"),
    "several are joined": ("```python\nx = 1\n```\nand\n```python\ny = 2\n```", "x = 1\n\ny = 2"),
    "output is left out": ("```python\nprint(5)\n```\nOutput:\n```\n5\n```", "print(5)"),
    "only the first unmarked": ("```\nprint(5)\n```\nOutput:\n```\n5\n```", "print(5)"),
    "other languages": ("```bash\nls\n```\n```python\nx = 1\n```", "x = 1"),
    "never closed": ("```python\ndef f():\n    return 1", "def f():\n    return 1"),
    "never closed, opened again": ("```python\nx = 1\n```python\ny = 2\n```", "x = 1\n\ny = 2"),
    "closed behind the code": ("```python\nx = 1```", "x = 1"),
    "opened behind words": ("Here: ```python\nx = 1\n```", "x = 1"),
    "in a list": ("1. So:\n   ```python\n   if x:\n       y = 2\n   ```", "if x:\n    y = 2"),
    "carriage returns": ("```python\r\nx = 1\r\ny = 2\r\n```\r\n", "x = 1\ny = 2"),
    "indentation is kept": ("```python\ndef f():\n    pass\n```", "def f():\n    pass"),
    "after thinking": ("<think>\n```python\nx = 0\n```\n</think>\n```python\nx = 1\n```", "x = 1"),
    "bare code": ("x = 1\nprint(x)\n", "x = 1\nprint(x)"),
    "bare call": ("self.grow()", "self.grow()"),
    "broken code in a fence": ("```python\ndef f(:\n```", "def f(:"),
    "longer fence": ("````python\nx = 1\n````", "x = 1"),
    "backticks inside a line": ("```python\nx = 'a ``` b'\n```", "x = 'a ``` b'"),
}
NOTHING = {
    "empty": "",
    "white space": " \n\t ",
    "a word": "Yes",
    "a sentence": "I cannot do that.",
    "a sentence that parses": "not sure",
    "a label that parses": "Note: this",
    "a number": "42",
    "a string": "'hello'",
    "a bare keyword": "pass",
    "only a comment": "# nothing",
    "an empty fence": "```python\n```",
    "a fence of white space": "```python\n  \n\n```",
    "another language": "```bash\nls\n```",
    "inline code": "Use ```x``` here.",
    "null": "x = 1\0",
    "lone surrogate": "x = '\ud800'",
}


@pytest.mark.parametrize(("answer", "code"), FOUND.values(), ids=FOUND.keys())
def test_code_is_found(answer: str, code: str) -> None:
    assert extract_code(answer) == code


@pytest.mark.parametrize("answer", NOTHING.values(), ids=NOTHING.keys())
def test_no_code_is_found(answer: str) -> None:
    assert extract_code(answer) is None


@given(st.text(st.sampled_from("`~ \n\r\tpython:=(x)1#'\"\\\0"), max_size=200))
def test_any_text_is_allowed(answer: str) -> None:
    code = extract_code(answer)
    assert code is None or code.strip()


@given(st.text())
def test_any_unicode_is_allowed(answer: str) -> None:
    for code in (extract_code(answer), extract_code(f"```python\n{answer}")):
        assert code is None or code.strip()


@given(st.lists(st.sampled_from(["x = 1", "", "def f():", "    return '`'", "# ü"]), min_size=1))
def test_what_stands_in_a_fence_comes_back(lines: list[str]) -> None:
    code = "\n".join(lines).strip("\n")
    wanted = code.rstrip() if code.strip() else None
    if not code.startswith(" "):
        assert extract_code(f"words\n```python\n{code}\n```\nmore words") == wanted


@pytest.mark.parametrize(
    "text",
    [
        "`" * 1_000_000,
        "```a" * 250_000,
        "```" + "a" * 1_000_000 + "`",
        "```python\n" * 100_000,
        "```python\n" + "x" * 1_000_000,
        "```python\n   " + " \n" * 500_000,
        "x = 1\n" * 170_000,
        "(" * 60_000,
        "-" * 60_000 + "1",
        "x" + ".x" * 30_000,
        "f(" * 50 + "g(" * 50 + "x",
        "{" * 150 + "a:" + "}" * 100,
        "not " * 15_000 + "x",
        "```python\n" + "(" * 100_000 + "\n```",
    ],
    ids=range(14),
)
def test_a_long_text_takes_little_time(text: str) -> None:
    start = time.perf_counter()
    extract_code(text)
    assert time.perf_counter() - start < 30  # an algorithm that squares takes hours


def test_it_needs_little_beyond_the_standard_library() -> None:
    with open(extract_code.__code__.co_filename) as file:
        tree = ast.parse(file.read())
    imported = {
        name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names
    }
    assert imported == {"ast", "textwrap"}
    borrowed = [node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    assert borrowed == ["sandbox.parsing"]
