"""One stateful Python behind a wall: what it defines stays, and no call can break it.

It is a life whose genome is an interpreter (`inside.py`). What entered it is kept. So where a call
ends it (time, memory), or is interrupted, it is lived again, and is as it was before that call.
"""

from __future__ import annotations

import threading
from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from autoagent.death import Cause
from autoagent.finish import Files
from autoagent.first_genome import FirstGenome
from autoagent.host import Idle
from autoagent.journal import Data
from autoagent.life import CodePolicy, Life, require_known
from autoagent.outcome import Death
from autoagent.showing import STORED, showing
from autoagent.tape import Tape
from sandbox.limits import Limits
from sandbox.session import Sandbox, SandboxError, Session

MOST_CALLS = 1_000
MOST_TEXT = 1 << 24
"""Characters of all code that a console is given: living it again takes them all."""
CHUNK = 100_000
STAYS = "exit() ends nothing here"
WRITE = """
def _():
    from base64 import b64decode
    from io import open
    with open({name!r}, {mode!r}) as file:
        file.write(b64decode({text!r}))
_ = _()
"""
"""Writes a file. All its names are its own but one, which holds the last value and is anybody's."""


class ConsoleError(Exception):
    """A call cannot be made; the message says why, and what can."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """What came of code.

    Attributes:
        stdout: What it printed.
        value: That of its last statement, if that is an expression, in words.
        error: What went wrong, or empty.
        files: The files that are new or changed, with their lengths.
        restored: Whether the call ended the interpreter, which is now as it was before it.
    """

    stdout: str
    value: str
    error: str
    files: dict[str, int]
    restored: bool


class Console:
    """A Python that remembers.

    Args:
        wall: Where it lives.
        policy: Of its code.
        limits: What one call may spend.
        past: What entered another one, to be lived again: so it begins as that one is.

    Raises:
        ValueError: There is no such policy.
    """

    def __init__(
        self,
        wall: Sandbox,
        *,
        policy: CodePolicy,
        limits: Limits,
        past: Iterable[tuple[str, Data]] = (),
    ) -> None:
        require_known(policy)
        self._wall = _Reachable(wall)
        self._policy: CodePolicy = policy
        self._limits = limits
        self._entered = list(past)
        self._answers = [data["text"] for kind, data in self._entered if kind == "reply"]
        self._length = sum(map(len, self._answers))
        self._life: Life | None = None
        self._interrupted = False
        self._lock = threading.Lock()

    @property
    def busy(self) -> bool:
        """Whether a call is being made."""
        return self._lock.locked()

    def run(self, code: str) -> Ran:
        """Execute code.

        Raises:
            ConsoleError: Another call is being made, or there were too many.
        """
        if not self._lock.acquire(blocking=False):
            raise ConsoleError("this session is busy with another call; wait, or interrupt it")
        try:
            return self._ran(showing(code)[0])
        finally:
            self._interrupted = False
            self._lock.release()

    def write(self, name: str, data: bytes) -> None:
        """Put a file into its folder, by code as anybody could write it.

        Raises:
            ConsoleError: It cannot be written there.
        """
        for start in range(0, len(data) or 1, CHUNK):
            text = b64encode(data[start : start + CHUNK]).decode()
            ran = self.run(WRITE.format(name=name, mode="ab" if start else "wb", text=text))
            if ran.error:
                raise ConsoleError(f"{name!r:.100} cannot be written: {ran.error}")

    def files(self) -> dict[str, bytes]:
        """Return its files."""
        return {} if self._life is None else dict(self._life.files.held)

    def fork(self) -> Console:
        """Return another one that begins as this one is now.

        Raises:
            ConsoleError: A call is being made.
        """
        if self.busy:
            raise ConsoleError("this session is busy; fork it when its call is done")
        limits = self._limits
        return Console(self._wall.wall, policy=self._policy, limits=limits, past=self._entered)

    def interrupt(self) -> bool:
        """Stop the call that is being made, from any thread; tell whether there is one."""
        if not self.busy:
            return False
        self._interrupted = True
        self._wall.end()
        return True

    def close(self) -> None:
        """End it, from any thread."""
        self._wall.end()

    def _ran(self, code: str) -> Ran:
        if len(self._answers) >= MOST_CALLS or self._length + len(code) > MOST_TEXT:
            raise ConsoleError(
                f"a session takes {MOST_CALLS:,} calls, and {MOST_TEXT:,} characters; reset it"
            )
        begun = len(self._entered)
        try:
            life = self._living()
            before = dict(life.files.held)
            event = life.answer(code)
        except SandboxError as failed:  # it was ended before it could begin
            return self._restored(begun, str(failed))
        outcome = event.outcome
        if isinstance(event, Death):
            return self._restored(begun, f"{event.cause.value}: {event.detail}", outcome.stdout)
        self._answers.append(code)
        self._length += len(code)
        made = {n: len(d) for n, d in life.files.held.items() if before.get(n) != d}
        error = outcome.error.replace(f": {STORED}", ": ", 1)  # it quotes the line
        return Ran(
            stdout=outcome.stdout, value=str(event.query), error=error, files=made, restored=False
        )

    def _restored(self, begun: int, why: str, stdout: str = "") -> Ran:
        """Forget a call that the interpreter did not survive, and say why."""
        del self._entered[begun:]
        self._life = None
        why = "interrupted" if self._interrupted else why
        error = f"{why}; the session is as it was before this call"
        return Ran(stdout=stdout, value="", error=error, files={}, restored=True)

    def _living(self) -> Life:
        """Return the interpreter: as it is, or lived again."""
        if self._life is None:
            life = Life(
                self._wall,
                limits=self._limits,
                policy=self._policy,
                on_harm="feedback",
                host=_Keeping(self._entered),
                first=interpreter(),
                finish=_stays,
            )
            event = life.begin("")
            for answer in self._answers:
                if isinstance(event, Death):
                    break
                event = life.answer(answer)
            if isinstance(event, Death):
                raise SandboxError(f"the session cannot be brought back: {event.detail}")
            self._life = life
        return self._life


class _Keeping(Idle):
    """Keeps what enters in a list, and feeds what is in it already."""

    def __init__(self, entered: list[tuple[str, Data]]) -> None:
        super().__init__()
        self._entered = entered
        self._past = Tape(entered)

    def record(self, kind: str, data: Data) -> None:
        self._entered.append((kind, data))

    def recall(self, kind: str, asked: Data) -> Data | None:
        return self._past.recall(kind, asked)


class _Reachable:
    """A wall whose one guest can be ended while it computes."""

    def __init__(self, wall: Sandbox) -> None:
        self.wall = wall
        self.name, self.build = wall.name, wall.build
        self.undetermined, self.counts_fuel = wall.undetermined, wall.counts_fuel
        self._session: Session | None = None

    def start(self, argument: str, limits: Limits, *, seed: int, now: float) -> Session:
        self._session = self.wall.start(argument, limits, seed=seed, now=now)
        return self._session

    def end(self) -> None:
        if self._session is not None:
            self._session.close()

    def close(self) -> None:
        self.end()


@cache
def interpreter() -> FirstGenome:
    """Return the genome of a life that is an interpreter."""
    text = files("autoagent.tools").joinpath("inside.py").read_text("utf-8")
    return FirstGenome(name="interpreter", base=text)


def _stays(cause: Cause, result: object, files: Files) -> str:
    return STAYS
