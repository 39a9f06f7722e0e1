"""A small set of code tasks for language models, of five kinds.

Answers in code are run behind the wall, on inputs that the model has not seen; a summary is
compared with one of ours by meaning. A score is a number in [0, 1].
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from autoagent.llm import PROSE, PYTHON, Frame
from autoagent.organism import extract_code
from autoagent.similarity import Measure
from env.trial import trial
from sandbox.session import Sandbox


class Kind(StrEnum):
    """What a task asks for."""

    WRITE = "text-to-code"
    COMPLETE = "completion"
    REPAIR = "repair"
    TRANSLATE = "translation"
    SUMMARISE = "summarisation"


class Ask(Protocol):
    """Someone who answers."""

    def __call__(self, query: str, frame: Frame) -> str:
        """Return the answer to a query in a frame."""
        ...


@dataclass(frozen=True, slots=True)
class Task:
    """What is asked, and how the answer is judged.

    Attributes:
        kind: What it asks for.
        query: The words.
        name: The function that must be there; nothing for a summary.
        cases: Arguments, and what must be returned for them.
        summary: What is right, for a summary.
    """

    kind: Kind
    query: str
    name: str = ""
    cases: tuple[tuple[tuple[Any, ...], Any], ...] = ()
    summary: str = ""

    @property
    def frame(self) -> Frame:
        """What the answer must look like."""
        return PROSE if self.kind is Kind.SUMMARISE else PYTHON


def performance(
    tasks: tuple[Task, ...], ask: Ask, sandbox: Sandbox, meaning: Measure | None
) -> Mapping[Kind, list[float]]:
    """Return the scores of each kind of task.

    Args:
        tasks: What is asked.
        ask: Answers.
        sandbox: Where code runs.
        meaning: Rates summaries; where there is none, they are not asked for.
    """
    scores: dict[Kind, list[float]] = {}
    for task in tasks:
        if task.kind is Kind.SUMMARISE and meaning is None:
            continue
        answer = ask(task.query, task.frame)
        scores.setdefault(task.kind, []).append(score(task, answer, sandbox, meaning))
    return scores


def score(task: Task, answer: str, sandbox: Sandbox, meaning: Measure | None) -> float:
    """Return how good an answer is, from 0 to 1."""
    if task.kind is not Kind.SUMMARISE:
        code = extract_code(answer) or answer
        inputs = [arguments for arguments, _ in task.cases]
        behaviour = trial(sandbox, task.name, code, inputs)
        results = behaviour.results if behaviour else ()
        right = [repr(expected) for _, expected in task.cases]
        return sum(map(str.__eq__, results, right)) / len(right)
    rating = meaning.rate([(task.summary, answer)])[0] if meaning else None
    return rating.value if rating else 0.0


def _write(name: str, parameters: str, does: str, *cases: tuple[tuple[Any, ...], Any]) -> Task:
    query = f"Write a function {name}({parameters}) that {does}."
    return Task(Kind.WRITE, query, name, cases)


def _complete(name: str, begun: str, *cases: tuple[tuple[Any, ...], Any]) -> Task:
    query = f"Complete this function, and write it whole:\n```python\n{begun}\n```"
    return Task(Kind.COMPLETE, query, name, cases)


def _repair(name: str, broken: str, *cases: tuple[tuple[Any, ...], Any]) -> Task:
    query = f"Repair this function, and write it whole:\n```python\n{broken}\n```"
    return Task(Kind.REPAIR, query, name, cases)


def _translate(name: str, javascript: str, *cases: tuple[tuple[Any, ...], Any]) -> Task:
    query = f"Translate this JavaScript function to Python:\n```js\n{javascript}\n```"
    return Task(Kind.TRANSLATE, query, name, cases)


def _summarise(code: str, summary: str) -> Task:
    query = f"Say in one sentence what this function does:\n```python\n{code}\n```"
    return Task(Kind.SUMMARISE, query, summary=summary)


TASKS = (
    _write("triple", "x", "returns x times 3", ((2,), 6), ((-1,), -3), ((0,), 0)),
    _write(
        "first_word",
        "text",
        "returns the first word of a text",
        (("good day",), "good"),
        (("one",), "one"),
        (("a b c",), "a"),
    ),
    _write("is_odd", "x", "tells whether x is odd", ((3,), True), ((4,), False), ((-7,), True)),
    _write("smallest", "numbers", "returns the smallest number", (([3, 1, 2],), 1), (([-5],), -5)),
    _complete(
        "count_lines",
        'def count_lines(text):\n    """Return how many lines the text has."""',
        (("a\nb",), 2),
        (("a",), 1),
        (("a\nb\nc",), 3),
    ),
    _complete(
        "average",
        "def average(numbers):\n    total = 0\n    for number in numbers:",
        (([2, 4],), 3.0),
        (([5],), 5.0),
        (([1, 2, 6],), 3.0),
    ),
    _complete(
        "factorial",
        "def factorial(n):\n    if n == 0:\n        return 1",
        ((0,), 1),
        ((4,), 24),
        ((6,), 720),
    ),
    _complete(
        "initials",
        'def initials(name):\n    """Return the first letter of each word, joined."""',
        (("Ada Lovelace",), "AL"),
        (("Grace",), "G"),
    ),
    _repair("cube", "def cube(x)\n    return x * x * x", ((2,), 8), ((-3,), -27)),
    _repair(
        "last",
        "def last(items):\n    return items[len(items)]",
        (([1, 2, 3],), 3),
        (("xyz",), "z"),
    ),
    _repair(
        "biggest",
        "def biggest(numbers):\n    best = 0\n    for n in numbers:\n        if n < best:\n"
        "            best = n\n    return best",
        (([1, 5, 2],), 5),
        (([7],), 7),
    ),
    _repair(
        "greet",
        "def greet(name):\n    return 'Hello ' + nam",
        (("Ada",), "Hello Ada"),
        (("",), "Hello "),
    ),
    _translate(
        "add",
        "function add(a, b) {\n  return a + b;\n}",
        ((1, 2), 3),
        ((-4, 9), 5),
    ),
    _translate(
        "repeat",
        "function repeat(text, n) {\n  return text.repeat(n);\n}",
        (("ab", 3), "ababab"),
        (("x", 0), ""),
    ),
    _translate(
        "sumTo",
        "function sumTo(n) {\n  let s = 0;\n  for (let i = 1; i <= n; i++) s += i;\n  return s;\n}",
        ((4,), 10),
        ((1,), 1),
        ((0,), 0),
    ),
    _translate(
        "evens",
        "function evens(xs) {\n  return xs.filter(x => x % 2 === 0);\n}",
        (([1, 2, 4],), [2, 4]),
        (([3],), []),
    ),
    _summarise(
        "def f(words):\n    return max(words, key=len)",
        "It returns the longest word in a list of words.",
    ),
    _summarise(
        "def f(n):\n    return n > 1 and all(n % d for d in range(2, n))",
        "It tells whether a number is prime.",
    ),
    _summarise(
        "def f(path):\n    with open(path) as file:\n        return len(file.readlines())",
        "It counts the lines of a file.",
    ),
    _summarise(
        "def f(c):\n    return c * 9 / 5 + 32",
        "It converts a temperature from Celsius to Fahrenheit.",
    ),
)
