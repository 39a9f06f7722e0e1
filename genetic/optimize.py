"""Black-box optimisation by a model that sees what was tried: a search that is a chain.

    from genetic import optimize

    result = optimize.run(task, question, f, x0="[3, 4]")

`x` is any text, and ``f(x)`` returns a score, the higher the better, and perhaps words. It is the
search of `genetic.evolve`: journalled, bounded, taken up again, each text judged once.
"""

from __future__ import annotations

import math
import os
from bisect import bisect_left
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from autoagent.budget import Budget
from autoagent.cells import cell
from autoagent.journal import Journal
from autoagent.llm import LLM, Frame, load
from autoagent.llm.framing.fence import FENCE
from autoagent.llm.framing.text_block import extract_text
from autoagent.stoppable import Stoppable
from autoagent.trust import USUAL as TRUSTED
from genetic.evolve.candidate import Candidate
from genetic.evolve.proposer import Shown, standing
from genetic.evolve.run import EvolveRun
from genetic.evolve.settings import MOST, PROMPT_CHARS, Settings
from genetic.executors import Executor
from genetic.listed import grammar, length
from genetic.objective import Objective, digest
from genetic.optimize_plan import (
    MOST_STEPS,
    RETRIES,
    USUAL,
    Bounds,
    Choices,
    OptimizePlan,
    short,
)
from genetic.search.journalled import Finish
from genetic.search.own import require_usual
from genetic.search.room import Room
from genetic.search.text import check_whole, cut
from genetic.search.watcher import Generation, Unwatched
from genetic.sending import LOCAL, where_called

MODEL = "AUTOAGENT_LLM"
"""The variable that names the model, where the caller names none."""
SPARE = 200
"""Characters that are kept free for what is said of a text, and for why an answer was refused."""
FRAME = Frame(
    system="You look for an x whose score is as high as can be. Say in one sentence what you try "
    "next and why, and then write that x, all of it, in one block of ```."
)
REFUSED = "Your last answer was of no use: "


@dataclass(frozen=True, slots=True)
class Step:
    """One x that was tried.

    Attributes:
        x: The text; None where no answer had one.
        score: What it is worth; None where there is none.
        feedback: What was said of it, or why there is no score.
        thinking: What the model said, the text included.
        calls: Questions that it took, those of a rubric included.
    """

    x: str | None
    score: float | None
    feedback: str
    thinking: str
    calls: int = 0


@dataclass(frozen=True, slots=True)
class Result:
    """What came of it.

    Attributes:
        best_x: The best text.
        best_score: Its score; None if nothing has one.
        history: All that was tried, the first text first.
        run: Id of the run in the journal.
        cause: Why the search stopped: a model that cannot be reached, say, may be the reason.
        detail: Why, in words.
    """

    best_x: str
    best_score: float | None
    history: tuple[Step, ...]
    run: str
    cause: Finish
    detail: str

    def _repr_html_(self) -> str:
        """Return it as a notebook shows it."""
        rows = {"score": self.best_score, "tried": len(self.history), "run": self.run}
        return cell("the best text", rows, code=self.best_x)


class HistoryProposer:
    """Shows a model what was tried, as far as it fits: never without the best, and that whole.

    Args:
        task: What this is about.
        question: What the model is asked.
        room: How long a query may be.
        numbers: How many numbers an x lists, to which a backend that knows grammars is held; 0
            where it is any text.
    """

    def __init__(self, task: str, question: str, room: Room, numbers: int = 0) -> None:
        self.frame = replace(FRAME, grammar=grammar(numbers, sentence=True))
        self._task = task
        self._question = question
        self._room = room
        self._spare = min(SPARE, room.chars // 8)

    def query(self, shown: Shown) -> str:
        """Return the task, what was tried and the question; see `Proposer.query`."""
        tried = [each for each in shown.history if each.was_judged]
        best = max(tried)
        others = [each for each in tried if each is not best]

        def with_latest(number: int) -> str:
            latest = {each.name for each in others[len(others) - number :]}
            kept = [each for each in tried if each is best or each.name in latest]
            return self._query([self._told(each, whole=each is best) for each in kept], shown)

        numbers = range(len(others) + 1)
        fitting = bisect_left(
            numbers, True, key=lambda number: not self._holds(with_latest(number))
        )
        if fitting:
            return with_latest(fitting - 1)
        return self._query([self._told(best, whole=True, words=self._spare)], shown)

    def text(self, answer: str, parent: Candidate) -> str:
        """Return the x in an answer; see `Proposer.text`."""
        block = extract_text(answer, None, nested=FENCE in parent.program)
        if block is None:
            raise ValueError("it has no block of ```")
        check_whole(block, parent.program)
        self.check(block)
        return block

    def to_beat(self, shown: Shown) -> Candidate:
        """Return the best that was tried; see `Proposer.to_beat`."""
        return max(each for each in shown.history if each.was_judged)

    def check(self, text: str) -> None:
        """Refuse a text that could not be shown whole, whatever there is to say of it.

        Raises:
            ValueError: It could not; the message says what to do.
        """
        words = "0" * self._spare
        if not self._holds(self._composed([f"{_block(text)}\n{words}"], REFUSED + words)):
            raise ValueError(
                f"a text of {len(text)} characters cannot be shown whole beside task and question: "
                f"{self._room.bounds}; make it shorter"
            )

    def _holds(self, query: str) -> bool:
        return self._room.holds(query, self.frame)

    def _query(self, told: Sequence[str], shown: Shown) -> str:
        return self._composed(told, shown.refused and REFUSED + shown.refused[: self._spare])

    def _composed(self, told: Sequence[str], refused: str) -> str:
        return "\n\n".join(filter(None, [self._task, *told, self._question, refused]))

    def _told(self, candidate: Candidate, *, whole: bool, words: int | None = None) -> str:
        """Return a text and what was said of it, in at most so many characters."""
        said = [standing(candidate), candidate.evaluation.words.get("feedback", "")]
        told = "\n".join(cut(each, self._room.chars // 8) for each in said if each)
        text = candidate.program if whole else cut(candidate.program, self._room.chars // 3)
        return f"{_block(text)}\n{told[:words]}"


def _block(text: str) -> str:
    return f"x:\n```\n{text}\n```"


def default_model() -> str:
    """Return the name of the model that is asked where the caller names none."""
    return os.environ.get(MODEL) or str(TRUSTED["llm"])


def run(
    task: str,
    question: str,
    f: Objective,
    x0: str,
    max_steps: int | None = None,
    stop_score: float | None = None,
    llm: str | LLM | None = None,
    *,
    calls: int | None = None,
    budget: Budget | None = None,
    batch: int | None = None,
    workers: int = 1,
    executor: str | Executor = LOCAL,
    address: str | None = None,
    evaluation_seconds: float | None = None,
    seed: int | None = None,
    db: Path | None = None,
    resume: str | None = None,
    max_tokens: int | None = None,
    temperature: float | None = None,
    file: Path | None = None,
    needs_score: bool = False,
    on_step: Callable[[Step], None] = lambda step: None,
    on_begin: Callable[[Stoppable], None] = lambda search: None,
) -> Result:
    """Look for a text that an objective gives a high score.

    Args:
        task: What this is about, for the model.
        question: What it is asked, such as "What is the next x to try?".
        f: Returns the score of a text, or a score and words. It is called in this process, in
            another thread for each step, or where `executor` says, with text that a model wrote:
            whatever runs such text belongs behind a wall (`sandbox.programs`).
        x0: The first text.
        max_steps: How many further ones are tried; by default 10, or as many as `calls` pay for.
        stop_score: The score that is enough.
        llm: A model, or the name of one; see `default_model`.
        calls: Most questions to models, those of a `Rubric` included, where it is called here; by
            default as many as the steps take.
        budget: What else may be spent, from now on.
        batch: Texts that are tried together: each is asked for knowing what was tried before them,
            and is another text than theirs; by default 1.
        workers: How many of these are asked for and judged at once, where `executor` is a name.
        executor: Where `f` is called: an executor, or the name of one (`genetic.executors`). Any
            but ``local`` calls it in other processes, which have it by `cloudpickle`.
        address: ``HOST:PORT`` of the cluster that an executor joins that is named, such as ``ray``.
        evaluation_seconds: How long `f` may take for a text, in other processes; one for which it
            takes longer has no score. By default it takes its time.
        seed: Everything random follows from it; by default 0.
        db: The journal's file; by default the user's own.
        resume: Id of a run to take up again: of `optimize`, with the same task, question, f and x0.
            `max_steps` and `calls` are those of all of it, and by default what they were before.
            `llm`, `seed`, `batch`, `stop_score`, `max_tokens` and `temperature` are what they were
            before; to give another is an error.
        max_tokens: The longest answer; by default 1024.
        temperature: With which the model is asked; by default 0.7.
        file: Where task, question, f and x0 are from: `autoagent resume` goes on with it.
        needs_score: Whether the search ends before any question where x0 has no score.
        on_step: Told of each step, in order.
        on_begin: Told of the search before it begins: any thread may pause or kill it.

    Raises:
        LLMError: The model cannot be asked.
        JournalError: The run cannot be written, or not be taken up.
        NoScore: x0 has no score, and has to.
        ValueError: An argument is out of range, or f cannot be sent to where it is to be called,
            or asks for a search there; the message says which.
    """
    check_given(task, question, f, x0, max_steps, stop_score)
    bounds = Bounds(steps=max_steps, calls=calls)
    chosen = Choices(
        seed=seed,
        temperature=temperature,
        max_tokens=max_tokens,
        stop_score=stop_score,
        batch=batch,
    )
    chars = len(task) + len(question) + len(x0)
    _settings(bounds, chosen.over(USUAL), chars)  # what is wrong is told at once
    with ExitStack() as stack:
        judging = where_called(
            stack, f, executor, workers, address=address, seconds=evaluation_seconds
        )
        journal = stack.enter_context(closing(Journal(db)))
        known, before = None if resume is None else journal.find(resume), USUAL
        if known is not None:
            before = Choices.read(journal, known)
            chosen.check_same(before, known)
            bounds = bounds.over(Bounds.read(journal, known))
            if llm is None and before.llm is not None:
                require_usual(journal, known, [before.llm])
        model = llm if llm is not None else before.llm or default_model()
        if isinstance(model, str):
            model = stack.enter_context(closing(load(model)))
        if known is not None:
            Choices(llm=model.name).check_same(before, known)
        chosen = chosen.over(before)
        settings, seed = _settings(bounds, chosen, chars), chosen.seed or 0
        where = "" if file is None else str(file.resolve())
        plan = OptimizePlan(
            task, question, x0, digest(f), model.name, settings, seed, bounds, where
        )
        if known is not None:
            plan.check_same(journal, known)
        room = Room(settings.prompt_chars, [model], settings.max_tokens)
        proposer = HistoryProposer(task, question, room, length(x0))
        proposer.check(x0)
        search = EvolveRun(
            plan,
            program=x0,
            evaluate=judging.judge,
            proposer=proposer,
            settings=settings,
            journal=journal,
            llms=[model],
            run=known,
            births=1 + bounds.most_steps,
            at_once=judging.at_once,
            abort=judging.abort,
            is_chain=True,
            is_looked_at=False,
            needs_score=needs_score,
        )
        on_begin(search)
        finished = search.run(_Steps(on_step), budget)
    best = finished.best  # of a batch that was cut short, too
    return Result(
        x0 if best is None else best.program,  # it may have stopped before x0 was judged
        None if best is None else best.score,
        tuple(map(step_of, search.history)),
        search.run_id,
        finished.cause,
        finished.detail,
    )


def check_given(
    task: Any, question: Any, f: Any, x0: Any, max_steps: Any = None, stop_score: Any = None
) -> None:
    """Check what somebody's file, or call, says.

    Raises:
        ValueError: It is of a wrong kind, or out of range; the message says what.
    """
    for name, value in (("task", task), ("question", question), ("x0", x0)):
        if not isinstance(value, str):
            raise ValueError(f"{name} must be a text, got {short(value)}")
    if not callable(f):
        raise ValueError(f"f must be a function of a text, got {short(f)}")
    is_count = type(max_steps) is int and 1 <= max_steps <= MOST_STEPS
    if max_steps is not None and not is_count:
        allowed = f"from 1 to {MOST_STEPS}, and whole"
        raise ValueError(f"max_steps must be {allowed}, got {short(max_steps)}")
    is_number = type(stop_score) in (int, float) and math.isfinite(stop_score)
    if stop_score is not None and not is_number:
        raise ValueError(f"stop_score must be a finite number or None, got {short(stop_score)}")


def _settings(bounds: Bounds, chosen: Choices, chars: int) -> Settings:
    """Return the settings of a search that is a chain, for texts of so many characters.

    Raises:
        ValueError: A value is out of range; the message says which.
    """
    assert chosen.temperature is not None
    assert chosen.max_tokens is not None
    assert chosen.batch is not None
    return Settings(
        calls=bounds.most_calls,
        population=1,
        batch=chosen.batch,
        inspirations=0,
        retries=RETRIES,
        temperature=chosen.temperature,
        max_tokens=chosen.max_tokens,
        prompt_chars=max(PROMPT_CHARS, min(2 * chars, MOST["prompt_chars"])),
        stop_score=chosen.stop_score,
    )


def step_of(candidate: Candidate) -> Step:
    """Return a candidate as a step."""
    evaluation = candidate.evaluation
    return Step(
        candidate.program if candidate.was_judged else None,
        candidate.score,
        evaluation.words.get("feedback", "") or evaluation.problem,
        candidate.thinking,
        candidate.calls,
    )


class _Steps(Unwatched[Candidate]):
    """Tells of each step."""

    def __init__(self, on_step: Callable[[Step], None]) -> None:
        self._on_step = on_step

    def generation(self, generation: Generation[Candidate]) -> None:
        """Tell of those that were tried together."""
        for candidate in generation.born:
            self._on_step(step_of(candidate))
