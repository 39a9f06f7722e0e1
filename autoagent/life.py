"""One life behind a wall, from birth to death: the mechanism that everything else uses.

`begin` and `answer` both return the next thing the organism does that concerns a driver: a
`Heartbeat` (it calls its model and waits for an answer) or its `Death`. Who answers is the
driver's business: a language model, a policy in training, a recording, a person.

What comes out of the wall is data from a stranger. It is parsed here, once, and whatever is
not exactly a message is a death.
"""

from __future__ import annotations

import ast
import json
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any, Literal, get_args

from autoagent.death import Cause
from autoagent.effects import NONE, Effects
from autoagent.finish import LETS_GO, Finishing
from autoagent.first_genome import USUAL, FirstGenome, first_genome
from autoagent.genome import LARGEST_GENOME, Genome
from autoagent.guest_files import GuestFiles, manifest, own_modules
from autoagent.host import Host, Idle
from autoagent.journal import JournalError
from autoagent.judging import judged
from autoagent.llm import Query
from autoagent.llm.framing.query import is_query, texts
from autoagent.message import Data, MalformedError, parsed, typed
from autoagent.organism import extract_code
from autoagent.organism.result import written
from autoagent.outcome import Account, Death, Heartbeat, Outcome
from autoagent.prefix import prefix
from autoagent.skill_calls import SkillCalls
from autoagent.skills import Skill, SkillContext
from autoagent.step_bounds import FATAL, FatalError, StepBounds, cause_of
from autoagent.told import NOTHING, Told
from sandbox.limits import Limits
from sandbox.nesting import MAX_SOURCE
from sandbox.parsing import Mode, statements
from sandbox.session import End, Message, Sandbox, Session
from sandbox.verdict import Verdict, Violation

__all__ = ["CodePolicy", "Death", "Heartbeat", "Life", "OnHarm", "Outcome"]

LONGEST_ACCUSATION = 500
SHORTENED = 1_000
"""Characters of an answer beyond all bounds that the organism still gets to see."""
FUEL_A_SECOND = 1e10
"""About; for the organism to know."""
ROOM = 1 << 16
"""Characters of an account of a step, beyond what may be printed: an error, names."""
TAKING = ("step", "call_llm", "execute_code")
"""The methods through which an answer goes before it is executed."""
TOLD_AT_BIRTH = ("prompt", "policy", "seed", "output_bytes", "skills")

CodePolicy = Literal["strict", "open"]
"""Whether code is judged by the rules; no policy in the sense of reinforcement learning."""
OnHarm = Literal["death", "feedback"]


def require_known(policy: str, on_harm: str = "death") -> None:
    """Raise an error unless it is clear how code is judged, and what harm leads to.

    Raises:
        ValueError: One is unknown; the message names those that there are.
    """
    for name, value, kind in (("policy", policy, CodePolicy), ("on_harm", on_harm, OnHarm)):
        if value not in get_args(kind):
            known = ", ".join(get_args(kind))
            raise ValueError(f"unknown {name} {value!r:.80}; known: {known}")


class Life:
    """One organism, from birth to death.

    Args:
        sandbox: The wall that it lives behind.
        limits: What it may spend between two heartbeats.
        policy: ``strict`` judges every piece of code; ``open`` relies on the wall alone.
        on_harm: Whether harmful code is death, or is refused and told to the organism.
        seed: Everything random in the organism follows from it.
        skills: What the organism may ask the host to do.
        host: Serves it; by default one that keeps nothing.
        first: What it is born with.
        net: Whether what worked last is put back when a method that replaced it raises.
        finish: Says why the organism may not end as it wishes, or None.
        files: What is in its working folder when it is born.
        rejudge: Judge again what was judged in its past: the past's verdicts count all the same.

    Raises:
        ValueError: `policy` or `on_harm` is none of these.

    Attributes:
        disputed: Verdicts of its past that are other than those of today, with these.
        names: Attributes and variables that were ever assigned.
        files: Its files, as of its last heartbeat.
    """

    def __init__(
        self,
        sandbox: Sandbox,
        *,
        limits: Limits | None = None,
        policy: CodePolicy = "strict",
        on_harm: OnHarm = "death",
        seed: int = 0,
        skills: Sequence[Skill] = (),
        host: Host | None = None,
        first: FirstGenome | None = None,
        net: bool = False,
        finish: Finishing = LETS_GO,
        files: Mapping[str, bytes] | None = None,
        rejudge: bool = False,
    ) -> None:
        require_known(policy, on_harm)
        self.genome = Genome()
        self.names: set[str] = set()
        self.disputed: list[tuple[Any, Any]] = []
        self.limits = limits or Limits()
        self.policy: CodePolicy = policy
        self.on_harm: OnHarm = on_harm
        self.seed = seed
        self.steps = 0
        self._sandbox = sandbox
        self._host = host or Idle()
        self._skills = SkillCalls(skills, self._host)
        self.first = first or first_genome(USUAL)
        self.net = net
        self._finish = finish
        self._wish: tuple[Cause, Any] | None = None
        self._rejudge = rejudge
        self._session: Session | None = None
        self._harm: list[Violation] = []
        self._step = StepBounds(self.limits.output_bytes)
        self._born = self._now = 0.0
        self.files = GuestFiles(files or {})
        self._latest = Outcome()

    @property
    def alive(self) -> bool:
        """Whether the organism waits for an answer."""
        return self._session is not None

    @property
    def takes_python(self) -> bool:
        """Whether an answer is executed as at birth; one that is not may be anything.

        A method that was restated, with comments perhaps, is as it was.
        """
        inborn, now = self.first.methods, self.genome.sources
        return all(_same(inborn.get(name, ""), now.get(name, "")) for name in TAKING)

    def before(self, code: str) -> str:
        """Return a text that stands for the organism in front of code that it shall execute."""
        return prefix(self.first.methods, self.genome.sources, self.names, code)

    def begin(self, prompt: str, told: Told = NOTHING) -> Heartbeat | Death:
        """Bring the organism to life with its first human input.

        Args:
            prompt: That input.
            told: What else it is told.

        Raises:
            SandboxError: The wall cannot start it.
            SuspendedError: Its host stops it.
        """
        birth = self._entering("born", lambda now: self._birth(told), prompt=prompt)
        if birth.get("files", {}) != manifest(self.files.held):
            raise JournalError("the files that this life was born with are not those recorded")
        self.seed, self._born = birth["seed"], birth["now"]
        self._now = self._born
        files = {name: b64encode(data).decode() for name, data in self.files.held.items()}
        inborn = _inborn(birth) | {"files": files}
        self._session = self._sandbox.start(
            json.dumps({name: birth[name] for name in TOLD_AT_BIRTH} | inborn),
            self.limits,
            seed=self.seed,
            now=self._born,
        )
        return self._next()

    def answer(self, text: str, effects: Effects = NONE, told: Told = NOTHING) -> Heartbeat | Death:
        """Give the organism the answer that it waits for, and wait for what it does next.

        Args:
            text: The model's answer. Its code is judged before it is delivered.
            effects: What an environment does to it; in a life that is lived again, what it did.
            told: What it is told along with the answer.

        Raises:
            RuntimeError: The organism is dead, or was never born.
            SandboxError: This machine is too busy to judge the answer; the life can go on.
            SuspendedError: Its host stops it.
        """
        if self._session is None:
            raise RuntimeError("this life is not waiting for an answer: it is over or not begun")
        self.steps += 1
        # A longer answer is refused whole: cut, it could hold other code than was judged.
        code = text if len(text) > MAX_SOURCE else extract_code(text) or text
        beside: Data = {"effects": effects.as_dict()} if effects else {}
        if news := told.as_dict():
            beside["told"] = news
        entered = self._judging("reply", lambda: self._verdict_on(code), beside, text=text)
        verdict = Verdict.of(entered["verdict"])
        if self._noted_harm(verdict):
            return self._die(Cause.HARM, verdict.message, Outcome())
        delivered = text if len(text) <= MAX_SOURCE else text[:SHORTENED] + " [...]"
        reply: Data = {"text": delivered}
        if self.policy == "strict":
            # The verdict must reach the guest with the code that it gets.
            reply["code"] = extract_code(delivered) or delivered
            reply["verdict"] = entered["verdict"]
        reply |= {name: entered[name] for name in ("effects", "told") if name in entered}
        self._resume(reply, entered["now"], refuel=True)
        return self._next()

    def starve(self, detail: str) -> Death:
        """End a life that waits for an answer, by a hazard of its environment.

        Raises:
            RuntimeError: It is over, or was never born.
        """
        if self._session is None:
            raise RuntimeError("this life is over or not begun, and cannot starve")
        return self._die(Cause.STARVED, detail, replace(self._latest, error=detail))

    def close(self) -> None:
        """Let go of the organism without a death; closing twice is fine."""
        if self._session is not None:
            self._session.close()
            self._session = None

    def _entering(self, kind: str, make: Callable[[float], Data], **asked: Any) -> Data:
        """Return what enters the organism: as it did in its past, or made and recorded now."""
        recalled = self._host.recall(kind, asked)
        if recalled is not None:
            return recalled
        now = self._host.time()
        data = {**asked, **make(now), "now": now}
        self._host.record(kind, data)
        return data

    def _birth(self, told: Told) -> Data:
        return {
            "policy": self.policy,
            "seed": self.seed,
            "output_bytes": self.limits.output_bytes,
            "skills": self._skills.descriptions,
            "build": self._sandbox.build,
            "genome": self.first.as_dict(),
            "net": self.net,
            "told": told.as_dict()
            | {"seconds": self.limits.fuel / FUEL_A_SECOND, "memory_mb": self.limits.memory_mb},
            **({"files": manifest(self.files.held)} if self.files.held else {}),
        }

    def _judging(
        self, kind: str, judged: Callable[[], Verdict], beside: Data | None = None, **asked: Any
    ) -> Data:
        """Return what enters with a verdict on it."""
        verdict = cache(lambda: judged().as_list())
        others = beside or {}
        entered = self._entering(kind, lambda now: {"verdict": verdict(), **others}, **asked)
        if self._rejudge and entered["verdict"] != verdict():
            self.disputed.append((entered["verdict"], verdict()))
        return entered

    def _verdict_on(self, code: str) -> Verdict:
        if self.policy == "open":
            return Verdict(())
        return judged(code, own=own_modules(self.files.held))

    def _next(self) -> Heartbeat | Death:
        """Serve the organism until it asks its model or dies."""
        assert self._session is not None
        self._step = StepBounds(self.limits.output_bytes)
        while isinstance(event := self._session.event, Message):
            try:
                reached = self._heard(event)
            except FATAL as fatal:
                return self._killed(fatal, event.fuel)
            if reached is not None:
                return reached
        return self._ended(event)

    def _heard(self, event: Message) -> Heartbeat | Death | None:
        """Take a message, and return what concerns the driver, if it does."""
        self._step.admit()
        message = parsed(event.text)
        if message["kind"] == "over" or self._wish is not None:
            return self._over(message, event.fuel)
        if message["kind"] == "ask":
            return self._asked(message, event.fuel)
        if message["kind"] == "files":  # they have bounds of their own
            self._host.check()
            self.files.receive(message.get("pieces"))
            self._resume({}, self._now, refuel=False)
            return None
        self._step.heard(event.text)
        self._host.check()
        self._serve(message)
        return None

    def _asked(self, message: Data, fuel: int | None) -> Heartbeat:
        """Return the heartbeat that a call of the model is."""
        query: Query = message.get("query", "")
        if not is_query(query):
            raise MalformedError("'query' is no text, and no messages")
        self._step.require_short("a query", *texts(query))
        self._latest = self._outcome(typed(message, "outcome", dict), fuel)
        self.files.arrived()
        return Heartbeat(query, self._latest)

    def _serve(self, message: Data) -> None:
        """Answer a message that is no heartbeat."""
        match message["kind"]:
            case "skill":
                self._perform(typed(message, "name", str), typed(message, "input", dict))
            case "finish":
                self._wished(typed(message, "cause", str), message.get("result"))
            case "judge" if self.policy == "strict":
                mode: Mode = "eval" if message.get("mode") == "eval" else "exec"
                code = typed(message, "code", str)
                entered = self._accused(lambda: judged(code, mode))
                self._resume({"verdict": entered["verdict"]}, entered["now"], refuel=False)
            case "harm" if self.policy == "strict":
                what = typed(message, "what", str)[:LONGEST_ACCUSATION]
                entered = self._accused(lambda: Verdict((Violation("harm", what, None),)))
                self._resume({}, entered["now"], refuel=False)
            case "flood":
                limit = self.limits.output_bytes
                raise FatalError(Cause.OUTPUT, f"printed more than {limit} characters in one step")
            case other:
                raise MalformedError(f"unknown kind of message {other[:40]!r}")

    def _wished(self, wish: str, result: Any) -> None:
        """Let the organism end as it wishes, or tell it why not."""
        cause = _WISHES.get(wish)
        if cause is None:
            raise MalformedError(f"unknown wish {wish[:40]!r}")
        try:
            written(result)
        except ValueError as error:
            raise MalformedError(str(error)) from None
        self.files.arrived()
        entered = self._entering(
            "check",
            lambda now: {"refusal": self._finish(cause, result, self.files.held)},
            cause=cause.value,
            result=result,
        )
        if entered["refusal"] is None:
            self._wish = cause, result
        told = {} if entered["refusal"] is None else {"refused": entered["refusal"]}
        self._resume(told, entered["now"], refuel=False)

    def _over(self, message: Data, fuel: int | None) -> Death:
        """Return the end of an organism that was let go: it says nothing else after that."""
        if self._wish is None or message["kind"] != "over":
            raise MalformedError(f"{message['kind'][:40]!r} where it may or must end")
        cause, result = self._wish
        outcome = self._outcome(typed(message, "outcome", dict), fuel)
        if cause is Cause.GAVE_UP:
            return self._die(cause, str(result), outcome)
        return replace(self._die(cause, "", outcome), result=result)

    def _accused(self, verdict_on: Callable[[], Verdict]) -> Data:
        """Take note of harm that showed behind the wall; too much of it is death in any case."""
        entered = self._judging("judge", verdict_on)
        verdict = Verdict.of(entered["verdict"])
        if self._noted_harm(verdict):
            raise FatalError(Cause.HARM, verdict.message)
        self._step.accused()
        return entered

    def _resume(self, reply: Data, now: float, *, refuel: bool) -> None:
        assert self._session is not None
        self._now = now
        self._session.resume(json.dumps(reply), now=now, refuel=refuel)

    def _noted_harm(self, verdict: Verdict) -> bool:
        """Keep the harm in a verdict for the outcome, and say whether it is deadly."""
        self._harm += [v for v in verdict.violations if v.kind == "harm"]
        return verdict.harm and self.on_harm == "death"

    def _perform(self, name: str, arguments: Data) -> None:
        """Perform a skill for the organism; what goes wrong is told to it."""

        def perform(now: float) -> Data:
            if self._skills.acts(name):
                self._host.announce({"name": name, "input": arguments, "now": now})
            asker = self._host.asker(f"{self.steps}.{self._step.skills}.")
            context = SkillContext(
                now=now,
                born=self._born,
                steps=self.steps,
                seed=self.seed,
                history=(),
                before=self.before,
                asker=asker,
            )
            return self._skills.perform(name, arguments, context)

        self._step.skills += 1
        entered = self._entering("skill", perform, name=name, input=arguments)
        told: Data = {key: entered[key] for key in ("output", "error") if key in entered}
        if "output" in told:
            self._skills.remember(name, arguments, told["output"])
        self._resume(told, entered["now"], refuel=False)

    def _outcome(self, data: Data, fuel: int | None) -> Outcome:
        """Read the guest's account of a step, and update the genome from it."""
        account = Account.of(data)
        self._step.require_short("an account of a step", *account.texts, room=ROOM)
        changed = self._change(account.changes)
        self.names.update(account.names)
        harm, self._harm = tuple(self._harm), []
        return Outcome(
            stdout=account.stdout,
            error=account.error,
            changed=changed if self.steps else (),
            state=tuple(name for name in account.names if name not in account.changes),
            genome=self.genome.hash,
            harm=harm,
            fuel=fuel,
        )

    def _change(self, changes: Mapping[str, str | None]) -> tuple[str, ...]:
        """Update the genome, and return the names of the definitions that are not as before."""
        before = self.genome.sources
        changed = tuple(sorted(n for n, text in changes.items() if before.get(n) != text))
        if changed:
            genome = self.genome.changed(changes)
            if genome.size > LARGEST_GENOME:
                detail = f"a genome of {genome.size:,} bytes, which may have {LARGEST_GENOME:,}"
                raise FatalError(Cause.OUTPUT, detail)
            self.genome = genome
        return changed

    def _ended(self, end: End) -> Death:
        """Tell the cause of death from the end of the session."""
        if end.cause != "returned":
            return self._die(_CAUSES[end.cause], end.detail, Outcome(fuel=end.fuel))
        try:
            account = parsed(end.detail, key="cause")
            cause = _LAST_WORDS.get(typed(account, "cause", str))
            if cause is None:
                raise MalformedError("its last words name no cause of death")
            detail: str = typed(account, "detail", str)
            self._step.require_short("last words", detail)
            outcome = self._outcome(typed(account, "outcome", dict), end.fuel)
            self.files.arrived(cut=True)
            return self._die(cause, detail, outcome)
        except FATAL as fatal:
            return self._killed(fatal, end.fuel)

    def _killed(self, fatal: Exception, fuel: int | None) -> Death:
        """Return the death by what it does not survive to do or to say."""
        return self._die(cause_of(fatal), str(fatal), Outcome(fuel=fuel))

    def _die(self, cause: Cause, detail: str, outcome: Outcome) -> Death:
        self.close()
        self.files.forget()
        full = replace(
            outcome,
            error=outcome.error or detail,
            genome=self.genome.hash,
            harm=outcome.harm or tuple(self._harm),
        )
        return Death(cause, detail, full)


def _same(one: str, other: str) -> bool:
    """Tell whether two sources are the same code."""
    if one == other:
        return True
    bodies = [ast.dump(ast.Module(body, [])) for body in map(statements, (one, other)) if body]
    return len(bodies) == 2 and bodies[0] == bodies[1]


def _inborn(birth: Data) -> Data:
    """Return what a record of a birth says of the organism; older ones say nothing of it."""
    genome = birth.get("genome") or first_genome(USUAL).as_dict()
    return {
        "genome": {name: genome[name] for name in ("base", "text")},
        "net": birth.get("net", False),
        "told": birth.get("told", {}),
    }


_CAUSES = {
    "fuel": Cause.FUEL,
    "memory": Cause.MEMORY,
    "output": Cause.OUTPUT,
    "hang": Cause.HANG,
    "trap": Cause.CRASHED,
    "protocol": Cause.PROTOCOL,
    "worker": Cause.WORKER,
}

_WISHES = {cause.value: cause for cause in (Cause.FINISHED, Cause.GAVE_UP)}

_LAST_WORDS = {cause.value: cause for cause in (Cause.ENDED, Cause.CRASHED, Cause.MEMORY)}
"""The causes of death that an organism may tell of itself."""
