"""The table of micro-tasks: a row for each family, from which tasks are drawn.

A row has three parts: the function's name with its parameters, what it does in words, and the same
as Python. In braces stands what is drawn for each task: numbers (``k``, ``m``), a letter (``c``), a
number that says nothing (``i``), an earlier function of the same life (``f``). The names of
parameters say what they are (`env.microtasks.inputs`).

Functions whose name says nothing are what later tasks ask for again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Split = Literal["training", "test", "all"]
SPLITS: tuple[Split, ...] = ("training", "test", "all")
LEVELS = (1, 2, 3)

OPERATIONS = """
add_{k}(x) | returns x plus {k} | x + {k}
minus_{k}(x) | returns x minus {k} | x - {k}
times_{k}(x) | returns x times {k} | x * {k}
square_plus_{k}(x) | returns x squared, plus {k} | x * x + {k}
sum_plus_{k}(a, b) | returns a plus b plus {k} | a + b + {k}
difference_times_{k}(a, b) | returns a minus b, times {k} | (a - b) * {k}
above_{k}(x) | returns True if x is larger than {k} and False if not | x > {k}
divides_{k}(x) | returns True if x is divisible by {k} and False if not | x % {k} == 0
cap_{k}(x) | returns x, but never more than {k} | min(x, {k})
remainder_{k}(x) | returns the remainder of x divided by {k} | x % {k}
power_{k}(n) | returns {k} to the power of n | {k} ** n
first_{k}(text) | returns the first {k} characters of text | text[:{k}]
last_{k}(text) | returns the last {k} characters of text | text[-{k}:]
repeat_{k}(text) | returns text repeated {k} times | text * {k}
shout_{k}(text) | returns text in upper case, with {k} exclamation marks behind it | text.upper() + '!' * {k}
longer_than_{k}(text) | returns True if text has more than {k} characters and False if not | len(text) > {k}
length_times_{k}(text) | returns the number of characters of text, times {k} | len(text) * {k}
append_{k}(numbers) | returns a list of the numbers with {k} added at its end | numbers + [{k}]
largest_plus_{k}(numbers) | returns the largest of the numbers, plus {k} | max(numbers) + {k}
total_minus_{k}(numbers) | returns the sum of the numbers, minus {k} | sum(numbers) - {k}
rule_{i}(x) | returns {k} times x, plus {m} | {k} * x + {m}
shift_{i}(x) | returns x minus {k}, times {m} | (x - {k}) * {m}
tone_{i}(x) | returns {k} minus {m} times x | {k} - {m} * x
"""  # noqa: E501 - a row is a row
ALGORITHMS = """
count_over_{k}(numbers) | returns how many of the numbers are larger than {k} | sum(y > {k} for y in numbers)
keep_under_{k}(numbers) | returns a list of the numbers that are smaller than {k} | [y for y in numbers if y < {k}]
sum_multiples_{k}(numbers) | returns the sum of the numbers that are divisible by {k} | sum(y for y in numbers if y % {k} == 0)
every_{k}(text) | returns every {k}th character of text, beginning with the first | text[::{k}]
vowels_plus_{k}(text) | returns how many of a, e, i, o, u text has, plus {k} | sum(y in 'aeiou' for y in text) + {k}
count_{c}(text) | returns how often the letter {c} is in text | text.count('{c}')
without_{c}(text) | returns text without each letter {c} | text.replace('{c}', '')
place_of_{c}(text) | returns the index of the first letter {c} in text, or -1 if there is none | text.find('{c}')
backwards_times_{k}(text) | returns text backwards, repeated {k} times | text[::-1] * {k}
words_over_{k}(words) | returns a list of the words with more than {k} letters | [y for y in words if len(y) > {k}]
join_with_{c}(words) | returns the words joined to one text, with {c} between them | '{c}'.join(words)
starts_{k}(words) | returns a list of the first {k} letters of each word | [y[:{k}] for y in words]
longest_times_{k}(words) | returns the length of the longest word, times {k} | max(len(y) for y in words) * {k}
initials_plus_{k}(words) | returns the first letters of all words as one text, and then {k} | ''.join(y[0] for y in words) + '{k}'
top_{k}(numbers) | returns a list of the {k} largest numbers, from large to small | sorted(numbers, reverse=True)[:{k}]
scale_{k}(numbers) | returns a list of all numbers, each times {k} | [y * {k} for y in numbers]
range_times_{k}(numbers) | returns the largest minus the smallest of the numbers, times {k} | (max(numbers) - min(numbers)) * {k}
even_sum_plus_{k}(numbers) | returns the sum of the even numbers, plus {k} | sum(y for y in numbers if y % 2 == 0) + {k}
squares_plus_{k}(n) | returns a list of the squares of 0 to n - 1, each plus {k} | [y * y + {k} for y in range(n)]
digits_plus_{k}(x) | returns the sum of the digits of x without its sign, plus {k} | sum(int(y) for y in str(abs(x))) + {k}
sign_times_{k}(x) | returns {k} if x is more than 0, -{k} if x is less, and 0 else | {k} * ((x > 0) - (x < 0))
within_{k}(a, b) | returns True if a and b differ by less than {k}0 and False if not | abs(a - b) < {k}0
wave_{i}(x) | returns {k} times x if x is even, and x minus {m} if not | {k} * x if x % 2 == 0 else x - {m}
bend_{i}(x) | returns x plus {k} if x is larger than {m}, and {k} minus x if not | x + {k} if x > {m} else {k} - x
fold_{i}(x) | returns the remainder of x divided by {k}, times {m} | x % {k} * {m}
"""  # noqa: E501
CALLS = """
twice_{f}(x) | returns {f} of {f} of x | {f}({f}(x))
{f}_plus_{k}(x) | returns {f} of x, plus {k} | {f}(x) + {k}
{f}_apart(a, b) | returns {f} of a, minus {f} of b | {f}(a) - {f}(b)
each_{f}(numbers) | returns a list of {f} of each number | [{f}(y) for y in numbers]
sum_{f}(numbers) | returns the sum of {f} of each number | sum({f}(y) for y in numbers)
most_{f}(numbers) | returns the largest that {f} gives for any of the numbers | max({f}(y) for y in numbers)
by_{f}(numbers) | returns a list of the numbers, sorted by what {f} gives for them | sorted(numbers, key={f})
over_{k}_{f}(numbers) | returns how many of the numbers {f} gives more than {k} for | sum({f}(y) > {k} for y in numbers)
length_{f}(text) | returns {f} of the number of characters of text | {f}(len(text))
table_{f}(n) | returns a list of {f} of 0, of 1, and so on up to n - 1 | [{f}(y) for y in range(n)]
sooner_{f}(a, b) | returns True if {f} of a is less than {f} of b and False if not | {f}(a) < {f}(b)
remainder_{k}_{f}(x) | returns the remainder of {f} of x divided by {k} | {f}(x) % {k}
"""  # noqa: E501
REPAIRS = """
{f}(x) | has to return {k} more than it did | before(x) + {k}
{f}(x) | has to return 0 where x is less than 0, and what it did else | 0 if x < 0 else before(x)
{f}(x) | has to return what it did, but never more than {k} | min(before(x), {k})
{f}(x) | has to return for x what it did for -x | before(-x)
{f}(x) | has to return what it did, times {k} | before(x) * {k}
{f}(x) | has to return what it did, without its sign | abs(before(x))
"""
TABLES = ((1, OPERATIONS), (2, ALGORITHMS), (3, CALLS), (3, REPAIRS))


@dataclass(frozen=True, slots=True)
class Family:
    """Micro-tasks that differ in what is drawn for their braces.

    Attributes:
        level: 1 is one operation, 2 a small algorithm, 3 needs an earlier function of the life.
        name: What the function is called.
        parameters: Its parameters, with commas between.
        does: What it does, in words.
        expression: What it returns, as Python.
        split: Whether it is for training or held out.
    """

    level: int
    name: str
    parameters: str
    does: str
    expression: str
    split: Split

    @property
    def is_repair(self) -> bool:
        """Whether an earlier function has to be changed, and keeps its name."""
        return self.name == "{f}"

    @property
    def needs_earlier(self) -> bool:
        """Whether it takes an earlier function of the same life."""
        return "{f}" in self.name

    @property
    def is_opaque(self) -> bool:
        """Whether the name says nothing, so that whoever needs it later has to keep it."""
        return "{i}" in self.name

    @property
    def demand(self) -> str:
        """What an organism is told, in braces what is drawn."""
        signature = f"{self.name}({self.parameters})"
        if self.is_repair:
            return f"Change your function {signature}: it {self.does}."
        earlier = "uses your function {f}, and " if self.needs_earlier else ""
        return f"Write a function {signature} that {earlier}{self.does}."


def _families() -> tuple[Family, ...]:
    """Read the tables; every third row of each is held out."""
    made = []
    for level, table in TABLES:
        for number, row in enumerate(table.strip().splitlines()):
            signature, does, expression = row.split(" | ")
            name, _, parameters = signature.removesuffix(")").partition("(")
            split: Split = "test" if number % 3 == 2 else "training"
            made.append(Family(level, name, parameters, does, expression, split))
    return tuple(made)


FAMILIES = _families()
"""All of them, easy ones first."""


def families(split: Split, level: int) -> tuple[Family, ...]:
    """Return the families of a level that are for training, held out, or all."""
    chosen = [each for each in FAMILIES if each.level == level]
    return tuple(each for each in chosen if split in ("all", each.split))
