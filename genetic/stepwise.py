"""`genetic.optimize.run` turned inside out: whoever judges asks for the next text, and tells.

Used as ``with Stepwise(task, question, x0="[3, 4]", llm="smollm2") as search``: while
``search.ask()`` returns a text, ``search.tell(score, words)`` says what it is worth, and
``search.result`` is what came of it all.
"""

from __future__ import annotations

import threading
from queue import SimpleQueue
from typing import Any

from autoagent.stoppable import Stoppable
from genetic.optimize import Result, run


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
        self._over = self._closed = False
        self._running: Stoppable | None = None
        self._result: Result | None = None
        self._error: BaseException | None = None
        self._on_begin = options.pop("on_begin", lambda search: None)
        arguments = {**options, "task": task, "question": question, "x0": x0, "f": self._judged}
        arguments["on_begin"] = self._begun
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
        if self._closed:
            return None
        if self._open is None and not self._over:
            self._open = self._asked.get()
            self._over = self._open is None
        if self._error is not None:
            raise self._error
        return self._open

    def tell(self, score: float, feedback: str = "") -> None:
        """Say what the text that was asked for is worth.

        Raises:
            ValueError: None was asked for, or the search was closed.
        """
        if self._open is None or self._closed:
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
        self._closed = True
        if self._running is not None:
            self._running.kill()
        self._told.put(None)
        self._thread.join()

    def _begun(self, search: Stoppable) -> None:
        self._running = search
        if self._closed:
            search.kill()
        self._on_begin(search)

    def _judged(self, x: str) -> tuple[float, str]:
        self._asked.put(x)
        # Of a search that was killed, which a closed one is, no score is written down.
        return self._told.get() or (0.0, "")

    def _search(self, arguments: dict[str, Any]) -> None:
        try:
            self._result = run(**arguments)
        except BaseException as error:
            self._error = error
        finally:
            self._asked.put(None)
