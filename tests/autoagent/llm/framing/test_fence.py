import pytest
from hypothesis import given
from hypothesis import strategies as st

from autoagent.llm import extract_block

FOUND = {
    "marked": ("Sure!\n```c\nint x;\n```\nDone.", "int x;"),
    "capitals": ("```C\nint x;\n```", "int x;"),
    "attributes": ("```c title=a.c\nint x;\n```", "int x;"),
    "unmarked": ("```\nint x;\n```", "int x;"),
    "the longest": ("```c\nint x;\n```\nand\n```c\nint x, y;\n```", "int x, y;"),
    "the first of the same length": ("```c\nint x;\n```\n```c\nint y;\n```", "int x;"),
    "marked before unmarked": ("```c\nint x;\n```\nOutput:\n```\n1 2 3 4 5 6\n```", "int x;"),
    "other languages": ("```bash\ngcc -O2 a.c\n```\n```c\nint x;\n```", "int x;"),
    "never closed": ("```c\nint x;\nint y;", "int x;\nint y;"),
    "never closed, opened again": ("```c\nint x;\n```c\nint x, y;\n```", "int x, y;"),
    "closed behind the code": ("```c\nint x;```", "int x;"),
    "opened behind words": ("Here: ```c\nint x;\n```", "int x;"),
    "in a list": ("1. So:\n   ```c\n   if (x)\n     y();\n   ```", "if (x)\n  y();"),
    "carriage returns": ("```c\r\nint x;\r\nint y;\r\n```\r\n", "int x;\nint y;"),
    "after thinking": ("<think>\n```c\nint xyz;\n```\n</think>\n```c\nint x;\n```", "int x;"),
    "longer fence": ("````c\nint x;\n````", "int x;"),
    "backticks inside a line": ("```c\n// a ``` b\n```", "// a ``` b"),
    "bare": ("  int x;\n", "int x;"),
    "bare prose": ("I cannot.", "I cannot."),
}


@pytest.mark.parametrize(("answer", "code"), FOUND.values(), ids=FOUND.keys())
def test_code_is_found(answer: str, code: str) -> None:
    assert extract_block(answer, "c") == code


@pytest.mark.parametrize(
    "answer", ["", " \n", "```c\n```", "```c\n \n\n```", "```bash\nls\n```", "Use ```x``` here."]
)
def test_no_code_is_found(answer: str) -> None:
    assert extract_block(answer, "c") is None


@pytest.mark.parametrize(("mark", "fence"), [("javascript", "js"), ("js", "javascript")])
def test_a_language_has_several_marks(mark: str, fence: str) -> None:
    assert extract_block(f"```{mark}\nlet x\n```", fence) == "let x"
    assert extract_block(f"```{mark}\nlet x\n```", "c") is None


@given(st.text(st.sampled_from("`~ \n\r\tc:=(x)1#'\"\\\0"), max_size=200))
def test_any_text_is_allowed(answer: str) -> None:
    code = extract_block(answer, "c")
    assert code is None or code.strip()


@given(st.lists(st.sampled_from(["int x;", "", "{", "  '`'", "// ü \ud800"]), min_size=1))
def test_what_stands_in_a_fence_comes_back(lines: list[str]) -> None:
    code = "\n".join(lines).strip("\n")
    wanted = code.rstrip() if code.strip() else None
    assert extract_block(f"words\n```c\n{code}\n```\nmore words", "c") == wanted


HOSTILE = [
    ("`" * 1_000_000, None),
    ("```a" * 250_000, None),
    ("```" + "a" * 1_000_000 + "`", None),
    ("```c\n" * 200_000 + "x", "x"),
    ("```c\n```\n" * 110_000 + "```c\nx", "x"),
    (" " * 1_000 + "```c\n" + "x\n" * 500_000, "x" + "\nx" * 499_999),
    ("```c\n" + " \n" * 500_000, None),
    ("<think>" * 140_000, "<think>" * 140_000),
    ("\r\n" * 500_000 + "x", "x"),
]


@pytest.mark.timeout(30)
@pytest.mark.parametrize(("text", "code"), HOSTILE, ids=range(len(HOSTILE)))
def test_a_long_text_is_read_to_its_end(text: str, code: str | None) -> None:
    """It takes less than a second, and would take minutes if that grew faster than the text."""
    assert extract_block(text, "c") == code
