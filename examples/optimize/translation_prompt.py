"""Tune what a translation asks first: `autoagent optimize examples/optimize/translation_prompt.py`.

A text is the template of the question (`translate` in `genetic/translate/prompts.py`). Its score is
how much of three programs the model of `AUTOAGENT_LLM` gets right when it is asked so, the best of
two drafts each; how the best text does on three other programs, which no answer ever saw, is
told at the end. The model that writes texts is that of `--llm`, and may be another; what both are
asked is journalled, and `--calls` bounds it: six questions for each text. At the end the best text
is told as a file for `autoagent translate --prompts`, too.
"""

import atexit
import json
from dataclasses import asdict, replace
from pathlib import Path
from statistics import fmean

from autoagent.asker import Asker
from autoagent.llm import load
from autoagent.similarity import Length, Similarity
from genetic.asking import Counted
from genetic.executors import open_executor
from genetic.optimize import default_model
from genetic.translate.forge.asked import suited
from genetic.translate.judge import Judge
from genetic.translate.prompts import Prompts
from genetic.translate.search import Search
from genetic.translate.settings import Settings
from genetic.translate.task import Task, observe

PROGRAMS = Path(__file__).parents[1] / "translate"
SEEN, HELD_OUT = ("sum", "parity", "vowels"), ("factorials", "gcd", "minmax")
DRAFTS = 2

task = (
    "A model is asked to translate programs from JavaScript to C. A text is the question, in which "
    "$source stands for the program, $from_language and $to_language for the languages, and "
    "$platform and $footer for a sentence each."
)
question = (
    "What is a better question, such that more of the translations are right? Write all of it."
)
usual = suited([default_model()], "javascript", "c")
x0 = usual.translate
max_steps = 5

model, executor = load(default_model()), open_executor("local", 1)
atexit.register(model.close)
atexit.register(executor.close)


def opened(name: str) -> Task:
    """Return one of the programs, with its inputs."""
    inputs = {each.name: each.read_bytes() for each in sorted((PROGRAMS / name).iterdir())}
    return observe((PROGRAMS / f"{name}.js").read_text(), "javascript", inputs)


def solved(prompts: Prompts, name: str) -> float:
    """Return the share of a program's tests that the best of some drafts passes."""
    program = opened(name)
    judge = Judge(program, target="c", executor=executor, similarity=Similarity([(Length(), 1.0)]))
    settings, counted = Settings(calls=1, max_tokens=200), Counted(model)
    searches = [
        Search(
            program,
            judge=judge,
            target="c",
            settings=settings,
            asker=Asker([counted], seed=seed),
            prompts=[prompts],
            seed=seed,
        )
        for seed in range(DRAFTS)
    ]
    drafts = [draft for search in searches for draft in search.generations()]
    return max(draft.best.fitness.progress for draft in drafts)


def f(text: str) -> tuple[float, str]:
    """Return how much of the programs comes out right when they are asked for so."""
    shares = {name: solved(replace(usual, translate=text), name) for name in SEEN}
    return fmean(shares.values()), ", ".join(f"{n}: {each:.0%}" for n, each in shares.items())


def final(text: str) -> str:
    """Say how it does on programs that no answer saw, beside what it began with."""
    before, after = (
        fmean(solved(replace(usual, translate=each), name) for name in HELD_OUT)
        for each in (x0, text)
    )
    told = f"on programs that no answer saw: {before:.0%} before, {after:.0%} after"
    return f"{told}\n# for `autoagent translate --prompts FILE.toml`\n{toml(text)}"


def toml(text: str) -> str:
    """Return the prompts with a text in them, as far as they are not those of every translation."""
    common = asdict(Prompts())
    own = asdict(replace(usual, translate=text)).items()
    return "\n".join(
        f"{name} = {json.dumps(value, ensure_ascii=False)}"  # a string of TOML, too
        for name, value in own
        if value != common[name]
    )
