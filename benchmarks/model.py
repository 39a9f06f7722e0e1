"""Compare `smollm2` with bare llama.cpp, and show that repeated prefixes are not evaluated again.

Run `python -m benchmarks.model` on a quiet machine. The two sides take turns on the same prompts,
seeds and constraint (the answer starts with the opening of a code block and stops at its closing);
a third side uses a grammar for the same constraint.
"""

import argparse
import statistics
import time
from collections.abc import Callable

from llama_cpp import Llama, LlamaGrammar

from autoagent.llm import LlamaCpp, smollm2_path
from autoagent.llm.framing.prompt import CLOSING, OPENING, messages

GRAMMAR = 'root ::= "```python\\n" [^`]+ "```"'
HISTORY = "def step_{0}(self):\n    self.count = {0}\n    return self.count * 2\n\n"
TASKS = (
    "Write a class that models a stack.",
    "Write a text adventure with two rooms.",
    "Write a class for a bank account with a history.",
    "Simulate a coin toss a hundred times and count heads.",
)
GOAL = 0.95
TOKENS = 128


def queries(*, long: bool) -> list[str]:
    """Return queries; long ones share a beginning of about 1,000 tokens."""
    shared = "".join(HISTORY.format(number) for number in range(40)) if long else ""
    return [shared + task for task in TASKS]


def rendered(llama: Llama, query: str) -> list[int]:
    """Return the prompt as SmolLM2's own template has it."""
    turns = [f"<|im_start|>{turn['role']}\n{turn['content']}" for turn in messages(query)]
    text = "<|im_end|>\n".join(turns) + f"<|im_end|>\n<|im_start|>assistant\n{OPENING}"
    return list(llama.tokenize(text.encode(), add_bos=False, special=True))


def ours(model: LlamaCpp, query: str, seed: int) -> tuple[int, int]:
    """Answer through autoagent; return the tokens of prompt and answer."""
    done = model.complete(query, seed=seed, temperature=0.7, max_tokens=TOKENS)
    return done.tokens_in, done.tokens_out


def bare(llama: Llama, query: str, seed: int) -> tuple[int, int]:
    """Answer with llama.cpp alone; return the tokens of prompt and answer."""
    options = {"seed": seed, "temperature": 0.7, "max_tokens": TOKENS, "stop": [CLOSING]}
    usage = llama.create_completion(rendered(llama, query), **options)["usage"]
    return usage["prompt_tokens"], usage["completion_tokens"]


def grammatical(llama: Llama, query: str, seed: int) -> tuple[int, int]:
    """Answer with llama.cpp alone and a grammar; return the tokens of prompt and answer."""
    options = {"seed": seed, "temperature": 0.7, "max_tokens": TOKENS}
    grammar = LlamaGrammar.from_string(GRAMMAR)
    usage = llama.create_chat_completion(messages(query), grammar=grammar, **options)["usage"]
    return usage["prompt_tokens"], usage["completion_tokens"]


def rates(
    sides: dict[str, Callable[[str, int], tuple[int, int]]], *, long: bool, rounds: int
) -> dict[str, list[float]]:
    """Return each side's answer tokens per second of the whole time, in each round."""
    found: dict[str, list[float]] = {name: [] for name in sides}
    names = list(sides)
    for seed in range(rounds):
        for name in names[seed % len(names) :] + names[: seed % len(names)]:
            start = time.perf_counter()
            counts = [sides[name](query, seed) for query in queries(long=long)]
            seconds = time.perf_counter() - start
            found[name].append(sum(answer for _, answer in counts) / seconds)
    return found


def prefill(model: LlamaCpp, llama: Llama, rounds: int) -> tuple[list[float], list[float]]:
    """Return the prompt tokens per second of both sides, on one long prompt from scratch."""
    mine, theirs = [], []
    tokens = rendered(llama, queries(long=True)[0])
    for _ in range(rounds):
        model.cache.forget()
        start = time.perf_counter()
        model.cache.evaluate(tokens)
        mine.append(len(tokens) / (time.perf_counter() - start))
        llama.reset()
        start = time.perf_counter()
        llama.eval(tokens)
        theirs.append(len(tokens) / (time.perf_counter() - start))
    return mine, theirs


def show_reuse(model: LlamaCpp) -> None:
    """Print how much of each of several prompts with one beginning is evaluated."""
    model.cache.forget()
    for number, query in enumerate(queries(long=True), start=1):
        start = time.perf_counter()
        done = model.complete(query, seed=0, temperature=0, max_tokens=1)
        print(
            f"  query {number}: {done.tokens_in} tokens, {model.cache.evaluated} evaluated, "
            f"{1000 * (time.perf_counter() - start):.0f} ms to the first token"
        )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=6)
    rounds = parser.parse_args().rounds
    model = LlamaCpp(path=smollm2_path())
    threads = model.n_threads
    options = {"n_ctx": 4096, "n_threads": threads, "n_threads_batch": threads}
    llama = Llama(str(smollm2_path()), verbose=False, **options)
    sides = {
        "smollm2": lambda query, seed: ours(model, query, seed),
        "bare": lambda query, seed: bare(llama, query, seed),
        "bare with grammar": lambda query, seed: grammatical(llama, query, seed),
    }
    for side in sides.values():
        side("Warm up.", 0)
    for long in (False, True):
        found = rates(sides, long=long, rounds=rounds)
        medians = {name: statistics.median(values) for name, values in found.items()}
        kind = "long queries with one beginning" if long else "short queries"
        print(f"{kind}: answer tokens/s, median of {rounds} rounds")
        for name, median in medians.items():
            print(f"  {name:18} {median:6.1f}   ratio to bare {median / medians['bare']:.3f}")
        print(
            f"  goal {GOAL}: {'met' if medians['smollm2'] >= GOAL * medians['bare'] else 'MISSED'}"
        )
    mine, theirs = map(statistics.median, prefill(model, llama, rounds))
    print(f"prefill of a new prompt: {mine:.0f} tokens/s, bare {theirs:.0f}, {mine / theirs:.3f}")
    print("repeated beginnings:")
    show_reuse(model)


if __name__ == "__main__":
    main()
