"""Fuzz the policy's judge, guided by coverage: ``python -m tests.fuzz.fuzz_judge``.

Arguments are libFuzzer's, such as ``-max_total_time=60`` and a folder with a corpus.
"""

from __future__ import annotations

import keyword
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["sandbox", "autoagent.organism"]):
    from sandbox.rules import RULES
    from tests.fuzz.targets import check_judge, fuzz


SIGNS = "([{}])'\"\\\n;:.,=@#$`"
WORDS = (*SIGNS, '"""', "'''", "\n    ", "->", ":=", "**", 'f"', "rb'", "__", "```")


def one_input(data: bytes) -> None:
    """Judge one text; what is no UTF-8 becomes lone surrogates, which a model may say as well."""
    check_judge(data.decode("utf-8", "surrogateescape"))


def main() -> None:
    """Fuzz, beginning with the examples of the rules and with sources of this project."""
    examples = [text for rule in RULES for text in rule.examples]
    root = Path(__file__).parents[2]
    examples += [p.read_text()[:4000] for p in (root / "autoagent" / "organism").glob("*.py")]
    words = [*keyword.kwlist, *WORDS, *(name for rule in RULES for name in sorted(rule.names))]
    fuzz("judge", one_input, words, (text.encode() for text in examples))


if __name__ == "__main__":
    main()
