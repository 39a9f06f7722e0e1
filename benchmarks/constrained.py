"""What it costs to hold a model to Python, by llguidance and by llama.cpp's own grammars.

Run `python -m benchmarks.constrained`; with `--masks` the model is left out. Times are of the
processor, on one thread, since other processes disturb those less; the best round of each counts.
A mask alone is timed along a program, and what it takes to begin behind one, too.
"""

import argparse
import time
from collections.abc import Callable
from pathlib import Path

from llama_cpp import Llama

from autoagent import asker
from autoagent.llm import PYTHON, Frame, LlamaCpp, smollm2_path
from autoagent.llm.constrained import Vocabulary

GBNF = r"""
root ::= "```python\n" item* "```"
item ::= [^'"#()\[\]{}`\\$?!] | "!=" | "\\\n" | comment | string | bracket
comment ::= "#" [^\n`]* "\n"
bracket ::= "(" item* ")" | "[" item* "]" | "{" item* "}"
string ::= "'" ([^'\\\n`] | "\\" [^`])* "'" | "\"" ([^"\\\n`] | "\\" [^`])* "\"" | long
long ::= "'''" ("'"? "'"? ([^'\\`] | "\\" [^`]))* "'''" | "\"\"\"" ("\""? "\""? ([^"\\`] | "\\" [^`]))* "\"\"\""
"""  # noqa: E501
"""The same as far as GBNF can say it without a grammar of its own for formatted strings."""
TASKS = (
    "Write a class that models a stack.",
    "Write a function that parses a date, with a docstring.",
    "Write a function that reads a table of numbers from a text.",
)
TOKENS = 96
PROGRAM = Path(asker.__file__).read_text()


def written(model: LlamaCpp, frame: Frame) -> int:
    """Answer the tasks, and return how many tokens that took."""
    asked = {"seed": 0, "temperature": 0.7, "max_tokens": TOKENS, "frame": frame}
    return sum(model.complete(task, **asked).tokens_out for task in TASKS)


def per_token(side: Callable[[], int]) -> float:
    """Return the milliseconds of processor that a side takes for a token."""
    started = time.process_time()
    tokens = side()
    return 1000 * (time.process_time() - started) / tokens


def masks(vocabulary: Vocabulary, tokens: list[int]) -> int:
    """Make the mask before each token of an answer, and return how many tokens there are."""
    held = vocabulary.held(PYTHON)
    assert held is not None
    for token in tokens:
        held.allowed()
        held.take(token)
    return len(tokens)


def show_masks(rounds: int) -> None:
    """Print what masks cost, of the model's vocabulary alone."""
    llama = Llama(str(smollm2_path()), vocab_only=True, verbose=False)
    started = time.process_time()
    vocabulary = Vocabulary.of_llama(llama)
    print(f"the vocabulary, once for a model: {1000 * (time.process_time() - started):.0f} ms")
    tokens = list(llama.tokenize(PROGRAM.encode(), add_bos=False))
    alone = min(per_token(lambda: masks(vocabulary, tokens)) for _ in range(rounds))
    print(f"a mask, along a program of {len(tokens)} tokens: {alone:.2f} ms")
    behind = Frame(system="", opening=PYTHON.opening + PROGRAM, closing=PYTHON.closing)
    begun = min(per_token(lambda: bool(vocabulary.held(behind))) for _ in range(rounds))
    print(f"to begin behind that program, {len(PROGRAM)} characters: {begun:.1f} ms")


def show_answers(rounds: int) -> None:
    """Print what a token of an answer costs."""
    model = LlamaCpp(path=smollm2_path(), n_threads=1)
    held = model.constrained()
    sides = {
        "smollm2": lambda: written(model, PYTHON),
        "constrained:smollm2": lambda: written(held, PYTHON),
        "smollm2 with GBNF": lambda: written(model, Frame(system=PYTHON.system, grammar=GBNF)),
    }
    turns = [{name: per_token(side) for name, side in sides.items()} for _ in range(rounds)]
    found = {name: min(turn[name] for turn in turns) for name in sides}
    print(f"milliseconds of processor for a token, {len(TASKS)} answers, best of {rounds}")
    for name, each in found.items():
        print(f"  {name:20} {each:7.2f}   {each / found['smollm2']:.2f} x")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--masks", action="store_true", help="leave the model out")
    options = parser.parse_args()
    show_masks(options.rounds)
    if not options.masks:
        show_answers(options.rounds)


if __name__ == "__main__":
    main()
