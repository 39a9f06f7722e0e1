"""`genetic.optimize.run` turned inside out: whoever judges asks for the next text, and tells.

Used as ``with Stepwise(task, question, x0="[3, 4]", llm="smollm2") as search``: while
``search.ask()`` returns a text, ``search.tell(score, words)`` says what it is worth, and
``search.result`` is what came of it all.
"""

from __future__ import annotations

import threading
from queue import SimpleQueue
from typing import Any

from genetic.optimize import Result, run


class _Over(BaseException):
    """Nobody judges any more."""


class Stepwise:
    """A search that is told what its texts are worth.

    It is a run of `optimize`, in a thread of its own: journalled, bounded, taken up again.

    Args:
        task: What this is about, for the model.
        question: What it is asked.
        x0: The first text; it is the first to be judged, too.
        options: As `optimize.run` has them; texts are asked for one by one, so without `workers`
            and `executor`.

    Raises:
        ValueError: One of these two is given.
    """

    def __init__(self, task: str, question: str, x0: str, **options: Any) -> None:
        for name in ("workers", "executor"):
            if name in options:
                raise ValueError(f"{name} says how an f is called, and here is none")
        self._asked: SimpleQueue[str | None] = SimpleQueue()
        self._told: SimpleQueue[tuple[float, str] | None] = SimpleQueue()
        self._open: str | None = None
        self._over = False
        self._result: Result | None = None
        self._error: BaseException | None = None
        arguments = {**options, "task": task, "question": question, "x0": x0, "f": self._judged}
        self._thread = threading.Thread(target=self._search, args=[arguments], daemon=True)
        self._thread.start()

    def __enter__(self) -> Stepwise:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def ask(self) -> str | None:
        """Return the text that is to be judged; None where the search is at its end.

        Raises:
            LLMError: The model cannot be asked.
            JournalError: The run cannot be written, or not be taken up.
            ValueError: An argument was out of range.
        """
        if self._open is None and not self._over:
            self._open = self._asked.get()
            self._over = self._open is None
        if self._error is not None:
            raise self._error
        return self._open

    def tell(self, score: float, feedback: str = "") -> None:
        """Say what the text that was asked for is worth.

        Raises:
            ValueError: None was asked for.
        """
        if self._open is None:
            raise ValueError("there is no text to tell of; ask for one first")
        self._open = None
        self._told.put((score, feedback))

    @property
    def result(self) -> Result:
        """What came of it.

        Raises:
            ValueError: It is not at its end.
        """
        if self._result is None:
            raise ValueError("the search is not at its end; ask until there is None")
        return self._result

    def close(self) -> None:
        """End the search; its run can be taken up again."""
        self._told.put(None)
        self._thread.join()

    def _judged(self, x: str) -> tuple[float, str]:
        self._asked.put(x)
        told = self._told.get()
        if told is None:
            raise _Over
        return told

    def _search(self, arguments: dict[str, Any]) -> None:
        try:
            self._result = run(**arguments)
        except _Over:
            pass
        except BaseException as error:
            self._error = error
        finally:
            self._asked.put(None)
