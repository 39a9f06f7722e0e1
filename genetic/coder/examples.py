"""Examples in docstrings, made into tests that do not depend on what is written behind them."""

from __future__ import annotations

import ast
import doctest
import io
import tokenize
from collections.abc import Iterator, Sequence

RUN = """import doctest, sys
sys.stdout = sys.stderr
for shown in {shown!r}:
    example = doctest.DocTestParser().get_doctest(shown, globals(), "the examples", None, 0)
    assert doctest.DocTestRunner().run(example).failed == 0
"""
"""Runs docstrings' examples; what differs is told where errors are."""
BEFORE = (tokenize.ENCODING, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT)
"""What stands before a text that is a statement by itself."""
NOTHING = (tokenize.NL, tokenize.COMMENT)


def examples_in(code: str) -> str:
    """Return what runs the examples in the docstrings of code; empty if there is none."""
    return running(list(docstrings(code)))


def running(texts: Sequence[str]) -> str:
    """Return what runs the examples in texts; empty if there is none."""
    shown = [text for text in texts if _has_examples(text)]
    return RUN.format(shown=shown) if shown else ""


def docstrings(code: str) -> Iterator[str]:
    """Yield the texts that are statements by themselves, in code that may break off anywhere."""
    before = tokenize.ENCODING
    try:
        for token in tokenize.generate_tokens(io.StringIO(code).readline):
            if token.type == tokenize.STRING and before in BEFORE:
                text = ast.literal_eval(token.string)
                if isinstance(text, str):
                    yield text
            before = before if token.type in NOTHING else token.type
    except (tokenize.TokenError, SyntaxError, ValueError):
        return  # so far it can be read


def _has_examples(text: str) -> bool:
    try:
        return bool(doctest.DocTestParser().get_examples(text))
    except ValueError:  # nobody could pass what is written so that it is none
        return False
