"""Further inputs of a program's kind, made of those that there are: mutated, in their own grammar.

An input is lines, a line is numbers, words and what stands between them. What changes is mostly a
number or a word, drawn from all inputs or from the edges of what they hold; now and then lines are
doubled, dropped, swapped or exchanged with another input's. What has not the `Shape` that the
inputs share is not used.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from genetic.translate.shape import DECIMAL, DIGITS, INTEGER, TOKEN, Shape

LONGEST_BASE = 1 << 14
"""Characters; longer inputs are not mutated."""
MOST_CHANGES = 3
ATTEMPTS = 200
"""For each input that is wanted, at most; small inputs have few neighbours."""
LONGEST_DECIMAL = 30
"""Characters; longer ones, and long integers, are texts of digits."""
USUAL_EDGES = (0, 1, 2, -1, 10, 99, 100)

Lines = list[str]


@dataclass(frozen=True, slots=True)
class Grammar:
    """What inputs are made of.

    Attributes:
        inputs: Their lines.
        shape: What they have in common.
        words: All words in them.
        numbers: All integers in them, but for those of very many digits.
        marks: All characters in them that are neither in words and numbers nor blank.
        blanks: All that stands between words and numbers.
        ends: How they end: with a newline, or without one.
    """

    inputs: tuple[tuple[str, ...], ...]
    shape: Shape
    words: tuple[str, ...]
    numbers: tuple[int, ...]
    marks: tuple[str, ...]
    blanks: tuple[str, ...]
    ends: tuple[str, ...]

    @classmethod
    def of(cls, inputs: Sequence[str]) -> Grammar:
        """Infer it."""
        lined = [tuple(text.removesuffix("\n").split("\n")) for text in inputs]
        tokens = {token for text in inputs for token in TOKEN.findall(text)}
        return cls(
            inputs=tuple(lined),
            shape=Shape.of(lined),
            words=tuple(sorted(token for token in tokens if token.isalpha())),
            numbers=tuple(sorted(int(each) for each in tokens if INTEGER.fullmatch(each))),
            marks=tuple(sorted(each for each in tokens if _is_mark(each))),
            blanks=tuple(sorted({each for each in tokens if not each[-1].isalnum()} - {"\n"}))
            or (" ",),
            ends=tuple(sorted({"\n" if text.endswith("\n") else "" for text in inputs})),
        )


def fuzzed(inputs: Sequence[bytes], seed: int) -> Iterator[bytes]:
    """Yield further inputs, each another one, until there are no new ones to be found easily.

    Args:
        inputs: Those that there are. Where they are UTF-8, so are the further ones.
        seed: Decides which.
    """
    coding = "utf-8" if all(map(_is_text, inputs)) else "latin-1"
    texts = [data.decode(coding) for data in inputs if len(data) <= LONGEST_BASE]
    if not texts:
        return
    grammar, rng = Grammar.of(texts), random.Random(seed)
    seen, failed = set(inputs), 0
    while failed < ATTEMPTS:
        lines = _mutated(grammar, rng)
        data = ("\n".join(lines) + rng.choice(grammar.ends)).encode(coding, "replace")
        if data in seen or not grammar.shape.holds(lines):
            failed += 1
            continue
        failed = 0
        seen.add(data)
        yield data


def _is_text(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _is_mark(token: str) -> bool:
    return not token[-1].isalnum() and not token.isspace()


def _mutated(grammar: Grammar, rng: random.Random) -> Lines:
    """Return the lines of an input that is some changes away from one there is."""
    lines = list(rng.choice(grammar.inputs))
    for _ in range(rng.randint(1, MOST_CHANGES)):
        (change,) = rng.choices(tuple(CHANGES), tuple(CHANGES.values()))
        lines = change(lines, grammar, rng)
    return grammar.shape.recounted(lines)


def _token(lines: Lines, grammar: Grammar, rng: random.Random) -> Lines:
    """Exchange a number or a word for another of its kind."""
    places = [
        (row, match)
        for row, line in enumerate(lines)
        for match in TOKEN.finditer(line)
        if match[0].strip()
    ]
    if not places:
        return _line(lines, grammar, rng)
    row, match = rng.choice(places)
    line = lines[row]
    lines[row] = line[: match.start()] + _another(match[0], grammar, rng) + line[match.end() :]
    return lines


def _another(token: str, grammar: Grammar, rng: random.Random) -> str:
    """Return a token of the same kind."""
    if DECIMAL.fullmatch(token) and len(token) <= LONGEST_DECIMAL:
        places = len(token.partition(".")[2])
        return f"{rng.choice((0, 0.5, 1, -1, float(token) * rng.uniform(-2, 2))):.{places}f}"
    if INTEGER.fullmatch(token) and grammar.numbers:
        return str(_number(int(token), grammar, rng))
    if DIGITS.match(token):
        return _digits(token, rng)
    if token.isalpha():
        letters = "".join(grammar.words)
        made = "".join(rng.choice(letters) for _ in range(rng.randint(1, 2 * len(token))))
        return rng.choice((rng.choice(grammar.words), made, token.swapcase(), token + token))
    return rng.choice(grammar.marks) if token in grammar.marks else token


def _digits(token: str, rng: random.Random) -> str:
    """Return a number with another digit somewhere, or without that one, or with it twice."""
    place = rng.choice([place for place, each in enumerate(token) if each.isdigit()])
    instead = rng.choice((str(rng.randint(0, 9)), "", token[place] * 2))
    changed = token[:place] + instead + token[place + 1 :]
    return changed if TOKEN.fullmatch(changed) and changed[-1].isdigit() else token


def _number(value: int, grammar: Grammar, rng: random.Random) -> int:
    """Return a number near this one, among those that there are, or at an edge of them."""
    low, high = grammar.numbers[0], grammar.numbers[-1]
    usual = range(min(low, 0), max(high, 10) + 1)
    edges = [each for each in USUAL_EDGES if each in usual]
    return rng.choice(
        (
            rng.choice(grammar.numbers),
            rng.randint(low, high),
            value + rng.choice((-1, 1)),
            rng.choice([low, high, high + 1, *edges]),
        )
    )


def _line(lines: Lines, grammar: Grammar, rng: random.Random) -> Lines:
    """Double, drop, swap or insert a line."""
    row = rng.randrange(len(lines) + 1)
    other = rng.choice(rng.choice(grammar.inputs))
    kind = rng.randrange(4)
    if kind == 0 and len(lines) > 1:
        return lines[: row - 1] + lines[row:] if row else lines[1:]
    if kind == 1 and row:
        return lines[:row] + lines[row - 1 :]
    if kind == 2 and len(lines) > 1:
        first, second = rng.sample(range(len(lines)), 2)
        lines[first], lines[second] = lines[second], lines[first]
        return lines
    return [*lines[:row], other, *lines[row:]]


def _splice(lines: Lines, grammar: Grammar, rng: random.Random) -> Lines:
    """Go on with the end of another input."""
    other = rng.choice(grammar.inputs)
    return [*lines[: rng.randint(0, len(lines))], *other[rng.randint(0, len(other)) :]] or [""]


def _part(lines: Lines, grammar: Grammar, rng: random.Random) -> Lines:
    """Double or drop a stretch of tokens within a line."""
    row = rng.randrange(len(lines))
    tokens = TOKEN.findall(lines[row])
    start = rng.randint(0, len(tokens))
    end = min(len(tokens), start + rng.randint(1, 4))
    found = [*tokens[:start], *tokens[start:end] * rng.choice((0, 2, 2, 5)), *tokens[end:]]
    # Two numbers side by side would be one.
    glue = [rng.choice(grammar.blanks) if _touch(pair) else "" for pair in pairwise([*found, ""])]
    lines[row] = "".join(token + blank for token, blank in zip(found, glue, strict=True))
    return lines


def _touch(pair: tuple[str, str]) -> bool:
    return all(token[-1:].isalnum() for token in pair)


CHANGES: dict[Callable[[Lines, Grammar, random.Random], Lines], int] = {
    _token: 12, _part: 4, _line: 3, _splice: 1,
}  # fmt: skip
"""What can be done to an input, and how often it is."""
