"""Texts of any kind in answers, with fences of their own and without."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autoagent.llm.framing.text_block import extract_text, fence_around

WITHIN = "Example:\n```\nx\n```\nmore"
MARKED = "Example:\n```python\nx\n```\nmore"

ANY = {
    "its own word": ("```typescript\nlet x\n```", "ts", "let x"),
    "its own before a longer one": ("```sh\nls\n```\n```json\n[1, 2, 3]\n```", "sh", "ls"),
    "another word for it": ("```bash\nls\n```\n```json\n[1, 2, 3]\n```", "sh", "ls"),
    "a word that nobody knows": ("So:\n```prompt\nBe kind.\n```", "toml", "Be kind."),
    "no word": ("```\na = 1\n```", "toml", "a = 1"),
    "the longest of any": ("```\nnpm run\n```\n```vue\n<template/>\n```", "x", "<template/>"),
    "the last of the same length": ("It was\n```\n[3]\n```\nNow:\n```\n[4]\n```", None, "[4]"),
    "any word": ("```json\n[3, 4]\n```", None, "[3, 4]"),
    "a marked block within": (f"```yaml\n{MARKED}\n```\nDone.", "yml", MARKED),
    "what is printed": ("```python\nf()\n```\nprints\n```\n1 2 3\n```", "py", "f()"),
    "a longer fence": (f"````yaml\n{WITHIN}\n````", "yaml", WITHIN),
    "never closed": ("```toml\na = 1\nb = 2", "toml", "a = 1\nb = 2"),
    "opened again": ("```py\na\n```py\na, b\n```", "py", "a, b"),
    "closed behind the text": ("```toml\na = 1```\nDone.", "toml", "a = 1"),
    "opened behind words": ("Here: ```toml\na = 1\n```", "toml", "a = 1"),
    "in a list": ("1. So:\n   ```toml\n   a = 1\n     b\n   ```", "toml", "a = 1\n  b"),
    "after thinking": ("<think>\n```\nabc\n```\n</think>\n```\nx\n```", "toml", "x"),
    "a span in the text": ("```toml\na = '```'\nb = 2\n```", "toml", "a = '```'\nb = 2"),
}
NESTED = {
    "markdown": ("```markdown\n# Be kind\n```", "", "# Be kind"),
    "fences without words": (f"```\n{WITHIN}\n```", "", WITHIN),
    "in a block with a word": (f"So:\n```markdown\n{WITHIN}\n```\nDone.", "", WITHIN),
    "of code": (f"```python\n{WITHIN}\n```", "py", WITHIN),
    "several": (f"```md\n{WITHIN}\n{MARKED}\n```", "", f"{WITHIN}\n{MARKED}"),
    "another block before": (f"```sh\nls -l -a -h -R\n```\n```md\n{MARKED}\n```", "", MARKED),
    "another block behind": ("```md\nBe kind.\n```\nNo\n```python\nx\n```", "", "Be kind."),
    "one fence": ("```\nBe kind.\n```", "", "Be kind."),
}


@pytest.mark.parametrize(("answer", "mark", "text"), ANY.values(), ids=ANY.keys())
def test_a_text_is_found(answer: str, mark: str | None, text: str) -> None:
    assert extract_text(answer, mark, nested=False) == text


@pytest.mark.parametrize(("answer", "mark", "text"), NESTED.values(), ids=NESTED.keys())
def test_a_text_with_fences_is_found_whole(answer: str, mark: str, text: str) -> None:
    assert extract_text(answer, mark, nested=True) == text


@pytest.mark.parametrize("answer", ["", "I cannot.", "```\n```", "Use ```x``` here."])
def test_no_text_is_found(answer: str) -> None:
    assert extract_text(answer, "", nested=True) is None


@given(st.lists(st.sampled_from(["a", "", "```", "````", "```md", " `", "x```"])), st.booleans())
def test_what_stands_in_a_longer_fence_comes_back(lines: list[str], nested: bool) -> None:
    text = "\n".join(lines).strip("\n").rstrip()
    fence = fence_around(text)
    assert extract_text(f"So.\n{fence}md\n{text}\n{fence}\n", "", nested=nested) == (text or None)


@pytest.mark.timeout(30)
@pytest.mark.parametrize(
    "part",
    ["```\n", "```md\n", "```a\n```\n", "```md\n```a\n```a\n", "x```\n", "`", "```a\n```a\n"],
)
@pytest.mark.parametrize("nested", [False, True])
def test_a_long_answer_is_read_in_time(part: str, nested: bool) -> None:
    """It takes about a second, and would take minutes if that grew faster than the answer."""
    extract_text("```md\n" + part * (400_000 // len(part)), "", nested=nested)
