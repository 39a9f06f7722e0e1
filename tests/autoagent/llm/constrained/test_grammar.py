"""The grammar of what Python can be: it masks no valid text, and nothing unbalanced ends in it."""

import io
import random
import sysconfig
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

llguidance = pytest.importorskip("llguidance")

from autoagent.llm.constrained.held import GRAMMAR  # noqa: E402

SAMPLE, MOST_BYTES = 30, 12_000
MANY = 550
BYTES = llguidance.LLTokenizer("byte")
"""A vocabulary of single bytes: what it may say, any vocabulary may."""
OPEN = ["(", "x = [1,\n", "{1: (2, 3]", "'a", '"a', "'''a", "'''a''", "f'{x", "f'{x:>", "f'''{x}"]
WHOLES = [
    "",
    "x = 1",
    "x = (1,\n     2)\n",
    "# it's",
    "a != b\n",
    "x = 1 + \\\n    2\n",
    "x = 'a\\'b' \"c\" '''d''e''' r'\\\\', b'\\x00'",
    "'a\\\nb'",
    'x = """a\\""""',
    "1 if'a'else 2",
    "été = 'ö'",
    "f''",
    "f'a{x}b{{c}}'",
    "f'{x!r:>{width}}' rf'\\d{x}', Rb'{'",
    "f'\\N{EM DASH}{x:%H:%M}'",
    "f'{(lambda x: {1: 2}[x])(y)=}'",
    "f'''a'b''{x:'}'''",
    'f"{d["key"]}"',  # since Python 3.12
    "f'{f'{\"}\"}'}'",
    "f'{x != y}'",
    "t'{x}'",  # since Python 3.14
]
FENCELESS = [
    "x = '", "x = (", "x = '''", "# ", "f'", "f'{", "f'{x:", "f'''a'", "f'\\n", "f'}}", "f'\\",
]  # fmt: skip
NEVER = ["x)", "(]", "'a\n", "x ? y", "$x", "`x`", "a ! b", "x \\ y", "f'}'", "f'a\n", "(" + "x))"]


def reads(text: str) -> tuple[int, bool]:
    """Return how many bytes of a text can be said, and whether it may end there."""
    matcher = llguidance.LLMatcher(BYTES, GRAMMAR.read_text(), log_level=0)
    return matcher.try_consume_tokens(list(text.encode())), matcher.is_accepting()


@pytest.mark.parametrize("text", WHOLES)
def test_what_is_python_can_be_said(text: str) -> None:
    assert reads(text) == (len(text.encode()), True)


@pytest.mark.parametrize("text", OPEN)
def test_what_is_open_can_be_said_but_is_no_end(text: str) -> None:
    assert reads(text) == (text.find("]") if "(2, 3]" in text else len(text), False)


@pytest.mark.parametrize("text", NEVER)
def test_what_can_be_no_python_is_masked(text: str) -> None:
    said, _ = reads(text)
    assert said < len(text)


def test_a_fence_ends_an_answer_where_nothing_is_open() -> None:
    assert reads("x = 1\n```") == (9, True)
    for text in FENCELESS:
        assert reads(text)[0] == len(text)
        assert reads(text + "``` ")[0] < len(text) + 4


def programs(most: int, longest: float) -> Iterator[str]:
    """Yield programs of the standard library, some others for each seed, that it compiles."""
    files = sorted(Path(sysconfig.get_path("stdlib")).rglob("*.py"))
    files = [each for each in files if "site-packages" not in each.parts]
    random.Random(0).shuffle(files)
    for file in files:
        if file.stat().st_size > longest or most == 0:
            continue
        try:
            with tokenize.open(file) as opened:
                text = opened.read()
            compile(text, "file", "exec", dont_inherit=True)
        except (SyntaxError, UnicodeDecodeError, ValueError):
            continue  # the tests of the standard library hold files that are none
        if "```" not in text:
            most -= 1
            yield text


@pytest.mark.timeout(900)
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("most", "longest"),
    [(SAMPLE, MOST_BYTES), pytest.param(MANY, float("inf"), marks=pytest.mark.slow)],
)
def test_the_standard_library_can_be_said(most: int, longest: float) -> None:
    count = 0
    for text in programs(most, longest):
        count += 1
        assert reads(text) == (len(text.encode()), True), text[:200]
    assert count == most


@pytest.mark.filterwarnings("ignore")
def test_a_program_that_is_cut_ends_only_where_the_tokenizer_finds_nothing_open() -> None:
    chance = random.Random(1)
    for text in programs(12, 4_000):
        for _ in range(6):
            part = text[: chance.randrange(len(text) + 1)]
            said, ends = reads(part)
            assert said == len(part.encode())
            if ends and not part.rstrip(" \t").endswith(("\\", "\\\n")):
                assert balanced(part), part


def balanced(text: str) -> bool:
    """Tell whether Python's own tokenizer finds all strings and brackets closed."""
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.ERRORTOKEN and token.string in "'\"":
                return False
    except tokenize.TokenError as error:  # since Python 3.12 it finds other faults, too
        return not any(word in str(error) for word in ("EOF", "unterminated", "expecting"))
    except IndentationError:
        return True  # of lines, which the grammar says nothing of
    return True
