"""Judges each text once, and writes down what came of it before anybody is told."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from dataclasses import asdict
from typing import Any

from autoagent.events import list_of, mapping_of, maybe, number, record, text, unless_missing
from autoagent.journal import Data
from genetic.asking import asking
from genetic.search.quota import Quota
from sandbox.programs.evaluator import Evaluation

EVALUATION = record(
    digest=text, score=maybe(number), problem=text, metrics=mapping_of(number),
    words=mapping_of(text), asked=unless_missing(list_of(text)),
)  # fmt: skip


class Judge:
    """Judges texts; any thread may ask.

    An evaluator may say another thing each time, of the time that something took, say. So a search
    that is taken up again is told what was said, and nothing is judged twice.

    Args:
        evaluate: Judges a text.
        write: Writes an evaluation down.
        known: What was written down before.
        quota: Asks what an evaluator asks, see `genetic.asking`; without it, none does so.
    """

    def __init__(
        self,
        evaluate: Callable[[str], Evaluation],
        write: Callable[[Data], None] = lambda data: None,
        known: Iterable[dict[str, Any]] = (),
        quota: Quota | None = None,
    ) -> None:
        self._evaluate = evaluate
        self._write = write
        self._lock = threading.Lock()
        self._found: dict[str, Future[Evaluation]] = {}
        self._known = {each["digest"]: each for each in known}
        self._quota = quota
        self._asked: dict[str, int] = {}

    @property
    def judged(self) -> int:
        """How many different texts were judged."""
        return len(self._found)

    def was_known(self, program: str) -> bool:
        """Tell whether a text was judged before this search was taken up."""
        return digest(program) in self._known

    def questions(self, program: str) -> int:
        """Return how many questions were asked to judge a text."""
        return self._asked.get(digest(program), 0)

    def judge(self, program: str) -> Evaluation:
        """Return what a text is worth.

        Raises:
            SandboxError: What judges is missing.
            CallsUsedUp: No question was left for what judges.
            SuspendedError: The budget was used up there, or the run is paused.
            LLMError: A model gave no answer there.
        """
        name = digest(program)
        with self._lock:
            known = self._found.get(name)
            found = known if known is not None else Future()
            self._found[name] = found
        if known is None:
            try:
                found.set_result(self._judged(name, program))
            except BaseException as error:
                with self._lock:
                    del self._found[name]
                found.set_exception(error)
        return found.result()

    def difference(self, program: str) -> str:
        """Judge a text once more; return how that differs in its score, or nothing."""
        before, after = self.judge(program).score, self._evaluate(program).score
        if before == after:
            return ""
        return f"the evaluator differs between calls: {before} and {after} for the same program"

    def _judged(self, name: str, program: str) -> Evaluation:
        if name in self._known:
            return self._counted(name, self._known[name])
        evaluation, asked = self._evaluated(name, program)
        with self._lock:
            told = {"asked": asked} if asked else {}
            self._write({"digest": name, **asdict(evaluation), **told})
        return evaluation

    def _counted(self, name: str, known: dict[str, Any]) -> Evaluation:
        """Return what was said of a text, once what was asked for that is counted."""
        for key in known.get("asked", ()):
            assert self._quota is not None
            self._quota.count(key)
            self._asked[name] = self._asked.get(name, 0) + 1
        return _evaluation(known)

    def _evaluated(self, name: str, program: str) -> tuple[Evaluation, list[str]]:
        """Judge a text; return the names of the questions that were asked for that, too."""
        if self._quota is None:
            return self._evaluate(program), []
        with asking(self._quota) as now:
            try:
                return self._evaluate(program), now.keys
            finally:
                self._asked[name] = len(now.keys)


def digest(program: str) -> str:
    """Return what tells a text from others."""
    return hashlib.sha256(program.encode(errors="surrogatepass")).hexdigest()


def _evaluation(data: dict[str, Any]) -> Evaluation:
    return Evaluation(
        score=data["score"], problem=data["problem"], metrics=data["metrics"], words=data["words"]
    )
