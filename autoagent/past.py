"""What a run's journal holds of its life, turn by turn.

A life is a function of what entered it. `Past` gathers that on tapes, from which `autoagent.replay`
feeds it to a life again, and what is known of a run without living it again: how it was begun, how
far it came, what it died of.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from autoagent.asker import CALL, Call
from autoagent.death import Cause
from autoagent.events import checked
from autoagent.first_genome import USUAL, FirstGenome, first_genome
from autoagent.journal import BEGINS, Data, Event, Journal, JournalError
from autoagent.life import TOLD_AT_BIRTH
from autoagent.llm import LLM
from autoagent.llm.weights import require_same, weights_by_name
from autoagent.tape import LONGEST_QUOTED, Tape
from autoagent.turn import Turn
from autoagent.walls import WallOptions

ENTERING = ("born", "reply", "skill", "judge", "check")
"""Kinds of events that entered the organism."""
ACT = "act"
"""Kind of the event that announces a call of a skill that acts on the world."""
UNKNOWN = (
    "the program was cut off in the middle of this call: it is unknown whether it happened, and it "
    "was not made again"
)
INBORN = ("genome", "net")
"""What a birth and the run must agree on, too, where a birth tells of it."""
ACTOR = "policy"
"""What stands for a model's name where whoever acted in an environment answered."""


class Past:
    """What a run's journal holds of its life.

    Args:
        run: Id of the run.
        events: All its events, in their order.
        own: Whether the user wrote them.

    Attributes:
        own: The same.
        settings: How the run was started, with what later resumptions changed.
        turns: Its steps, the last perhaps unfinished; empty before the first heartbeat.
        builds: Hashes of the guest builds that it was lived in.
        end: Summary of the run's last stop; None when it was cut off.
        calls: How many answers each model gave, by the model's name in the settings.

    Raises:
        JournalError: The events are not those of a run.
    """

    def __init__(self, run: str, events: Iterable[Event], *, own: bool = False) -> None:
        self.run = run
        self.own = own
        self.settings: Data = {}
        self.builds: list[str] = []
        self.turns: list[Turn] = []
        self.end: Data | None = None
        self.calls: Counter[str] = Counter()
        self._changed: Data = {}
        self._tapes = [Tape()]
        self._lived = 0
        self._begun: Data | None = None
        for event in checked(run, events):
            self._take(event)
        if "prompt" not in self.settings:
            raise JournalError(f"the record of run {run} is damaged: it has no beginning")
        self.prompt = str(self.settings["prompt"])

    @classmethod
    def of(cls, journal: Journal, run: str, *, whose: bool = False) -> Past:
        """Read a run's past.

        Args:
            journal: Where it is.
            run: Its id.
            whose: Whether to find out if it is the user's own, for which all of it is read again;
                if not, it counts as a stranger's.

        Raises:
            JournalError: It cannot be read.
        """
        own = whose and journal.is_own(run)
        return cls(run, journal.events(run), own=own)

    @property
    def death(self) -> Cause | None:
        """What the organism died of; None when it can live on.

        That the wall broke is no fault of the organism, and no reason to give it up.
        """
        if self.turns:
            outcome = self.turns[-1].outcome
            cause = outcome["cause"] if outcome else None
        else:
            cause = self.end["cause"] if self.end else None
        return Cause(cause) if cause in set(Cause) - {Cause.WORKER} else None

    @property
    def last_words(self) -> str:
        """What the journal says of the death."""
        outcome = self.turns[-1].outcome if self.turns else None
        return str(outcome["error"] if outcome else self.end["detail"] if self.end else "")

    @property
    def result(self) -> Any:
        """What the life has brought; None unless it finished."""
        if self.death is not Cause.FINISHED:
            return None
        checks = [event for event in self.turns[-1].events if event.kind == "check"]
        return checks[-1].data["result"] if checks else None

    @property
    def files(self) -> dict[str, str]:
        """What it was born with in its working folder: names, each with its content's hash."""
        return dict(self.settings.get("files", {}))

    @property
    def first(self) -> FirstGenome:
        """What its organism was born with."""
        told = self.settings.get("genome")
        return FirstGenome.of(told) if told else first_genome(USUAL)

    @property
    def last_step(self) -> int:
        """Number of the last finished step, 0 for birth."""
        return sum(turn.outcome is not None for turn in self.turns)

    @property
    def pending(self) -> Turn | None:
        """The turn that was begun and not finished."""
        return self.turns[-1] if self.turns and self.turns[-1].outcome is None else None

    def same_wall(self, given: WallOptions) -> WallOptions:
        """Return the options for its wall; a journal alone does not choose what is executed.

        Raises:
            ValueError: They are not those with which it was lived.
        """
        for option, value in (("image", given.image), ("runtime", given.runtime)):
            then = self.settings["wall"][option]
            if then != value:
                as_then = f"{option} {then!r}" if then else f"no {option} named"
                raise ValueError(
                    f"run {self.run} was lived in a container with {as_then}, and {value!r} is "
                    f"given; give the same --{option} to use it again"
                )
        return given

    @property
    def named_skills(self) -> list[str]:
        """Its skills that are found by their names, unlike tools of servers."""
        tools = self.settings.get("mcp", [])
        return [name for name in self.settings["skills"] if name not in tools]

    def require_servers(self, mcp: Sequence[str]) -> None:
        """Raise unless servers are given, where it used any: a journal does not choose them.

        Raises:
            ValueError: None are.
        """
        if (tools := self.settings.get("mcp")) and not mcp:
            raise ValueError(
                f"run {self.run} was lived with tools of MCP servers ({', '.join(tools[:8])}); "
                "give the same --mcp, in the same order, to go on with it"
            )

    def recall(self, kind: str, asked: Data) -> Data | None:
        """Return what entered the organism next; see `autoagent.host.Host.recall`.

        Raises:
            DivergedError: The organism asks for something else than it did then.
        """
        return self._tapes[self._lived].recall(kind, asked)

    def go_to(self, turn: int) -> None:
        """Go on to what entered in a turn, counted from 1, or to the one after the last.

        Raises:
            DivergedError: Something that entered before was not asked for.
        """
        self._tapes[self._lived].require_empty()
        if turn == len(self._tapes):
            self._tapes.append(Tape())
        self._lived = turn

    def settle(self) -> Data | None:
        """Return what enters in place of the result of a call on the world that was cut off.

        None where there is no such call.
        """
        if self._begun is None:
            return None
        unknown, self._begun = self._begun | {"error": UNKNOWN}, None
        self._tapes[-1].add("skill", unknown)
        return unknown

    def genome_at(self, step: int) -> str:
        """Return the hash of the genome after a step, 0 being birth.

        Raises:
            ValueError: There is no such step; the message says which there are.
        """
        outcomes = [turn.outcome for turn in self.turns if turn.outcome is not None]
        hashes = [turn.genome for turn in self.turns[:1]] + [data["genome"] for data in outcomes]
        if not 0 <= step < len(hashes):
            raise ValueError(f"run {self.run} has no step {step}; only {_range(len(hashes))}")
        return str(hashes[step])

    def number_at(self, step: int) -> int:
        """Return the number of the event with which the organism asks after a step.

        Raises:
            ValueError: It did not ask after that step; the message says after which it did.
        """
        if not 0 <= step < len(self.turns):
            possible = _range(len(self.turns))
            raise ValueError(
                f"run {self.run} cannot go on from step {step}; it can from {possible}"
            )
        return self.turns[step].events[0].number

    def require_same_weights(self, llm: LLM) -> None:
        """Refuse a model that is only called as the one that the run was lived with.

        Raises:
            LLMError: Other weights lie where its own did.
        """
        instead = f"go on with these: --llm {llm.name}"
        require_same(self.settings.get("weights"), weights_by_name([llm]), self.run, instead)

    @property
    def builds_told(self) -> str:
        """The guest builds that it was lived in, in words."""
        return f"the guest build {' and '.join(build[:12] for build in self.builds)}"

    def _require_same_birth(self, born: Data) -> None:
        """Raise `JournalError` if another organism was born than the run says."""
        run = self.settings | self._changed
        said = run | {"output_bytes": run["limits"]["output_bytes"], "skills": set(run["skills"])}
        was = born | {"skills": set(born["skills"])}
        inborn = [name for name in INBORN if name in born]
        for name in (*TOLD_AT_BIRTH, *inborn):
            if was[name] != said.get(name):
                raise JournalError(
                    f"the record of run {self.run} is damaged: it says that {name} is "
                    f"{str(said.get(name))[:LONGEST_QUOTED]!r}, and another organism was born, "
                    f"with {str(was[name])[:LONGEST_QUOTED]!r}"
                )

    def _take(self, event: Event) -> None:
        kind, data = event.kind, event.data
        if kind in BEGINS:
            self._take_beginning(kind, data)
        elif kind == "born":
            self._take_birth(data)
        elif kind == "end":
            self.end = data
        elif kind == "heartbeat":
            self.turns.append(Turn(data["step"], data["query"], data["genome"]))
            self._tapes[0].complete = True  # it was born
            self._tapes.append(Tape())
        elif kind == "outcome":
            self._tapes[-1].complete = True
        elif kind == "reply":
            self._take_changes()
        elif kind == CALL and Call.of(data).by_organism:
            self._take_changes()
            self.calls[self.settings["llm"]] += 1
        elif kind in (ACT, "skill"):
            self._begun = data if kind == ACT else None
        if kind in ENTERING:
            self._tapes[-1].add(kind, data)
        if self.turns:
            self.turns[-1].events.append(event)

    def _take_beginning(self, kind: str, data: Data) -> None:
        self._note_build(data)
        self.end = None
        if kind == "run":
            self.settings |= data
            self._changed = {}
        else:
            self._changed = data

    def _take_birth(self, data: Data) -> None:
        if self.settings:
            self._require_same_birth(data)
        self._note_build(data)

    def _take_changes(self) -> None:
        """Have what a resumption changed count: something came of it."""
        self.settings |= self._changed
        self._changed = {}

    def _note_build(self, data: Data) -> None:
        if data["build"] not in self.builds:
            self.builds.append(data["build"])


def _range(count: int) -> str:
    if count < 2:
        return "step 0, its birth" if count else "none: it never came to its first heartbeat"
    return f"steps 0 (its birth) to {count - 1}"
