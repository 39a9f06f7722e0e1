"""The host's handle on an autonomous object: start it from a prompt, watch it, stop it.

agent = AutonomousLLM(llm="smollm2")
for step in agent.run("Define a function called hello_world", budget=Budget(steps=20)):
    print(step.response, step.stdout)
print(agent.ended)

A run that was stopped, or cut off, goes on later:

for step in agent.run(budget=Budget(steps=20)):
    ...
agent = AutonomousLLM.resume("last")
async for step in agent.arun(budget=Budget(steps=20)):
    ...
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import weakref
from collections.abc import AsyncIterator, Callable, Generator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from autoagent.budget import Budget, Spent
from autoagent.cells import cell
from autoagent.ended import Ended
from autoagent.finish import Check, Finish
from autoagent.first_genome import FirstGenome
from autoagent.folders import checked, read_folder
from autoagent.genome import Genome
from autoagent.guest_files import manifest
from autoagent.inspection import Panel
from autoagent.journal import Data, Journal
from autoagent.life import CodePolicy, Life, OnHarm, require_known
from autoagent.listener import Listener, Silent
from autoagent.llm import LLM, Recorded
from autoagent.llm.weights import weights_by_name
from autoagent.meter import Meter
from autoagent.numbers import is_number, is_whole
from autoagent.opening import (
    Answering,
    edits_of,
    genome_of,
    loaded,
    model_of,
    panel_of,
    sampling_of,
    servers_of,
)
from autoagent.past import Past
from autoagent.run import Approve, Run, Sampling
from autoagent.skills import Skill, load_skills
from autoagent.steps import Step
from autoagent.trust import Chosen, settled
from autoagent.walls import WallOptions, open_wall
from sandbox.limits import Limits
from sandbox.session import Sandbox

SkillLike = str | Skill | Callable[..., Any]
Steps = Generator[Step, None, None]
THREADS = ThreadPoolExecutor(32, "autoagent")
"""Where steps are taken that an event loop waits for. They wait for models, most of the time."""


class AutonomousLLM:
    """An object that lives behind a wall and runs what a language model writes.

    Args:
        llm: A model, or the name of one (see `autoagent.llm.load`), or ``recorded:RUN`` for the
            answers of an earlier run in the journal; or a function that is given a query and
            returns the answer. A model that is handed in stays open.
        sandbox: A wall, or the name of one (``wasm``). A wall that is handed in stays open.
        limits: What the organism may spend between two heartbeats.
        policy: ``strict``, or ``open`` to rely on the wall alone.
        on_harm: ``death``, or ``feedback`` to refuse harmful code and say so.
        skills: Names of skills that it may use, skills, or plain functions.
        mcp: MCP servers whose tools are skills, too: a command line or a URL for each.
        skill_genomes: What skills that can be evolved begin with, by their names, if not as usual.
        genome: What it is born with: ``small``, ``capable`` or a file (see
            `autoagent.first_genome`); by default what suits the model.
        net: Whether the last version that worked is put back when a method that replaced it
            raises.
        check: Says why the result of an organism that would finish is not what was asked for, or
            None.
        edits: Whether an answer may be edits of the organism's own definitions, in place of whole
            ones (see `autoagent.self_edits`). None means no, or as in the run whose answers are
            recorded.
        analyze: Names of analyzers that look at each answer before it is executed; what they find
            wrong goes back to the model (see `autoagent.inspection`). None means none, or those of
            the run whose answers are recorded. A panel that is handed in stays open.
        files: What is in its working folder when it is born: a folder, or contents by name.
        seed: Everything random follows from it.
        temperature: The model's sampling temperature; by default the one that it was trained
            with, or else that of the genome.
        max_tokens: Longest answer, in tokens; by default as the model was trained, or else that
            of the genome, if the model has room for it.
        db: The journal's file; None means the user's own.
        approve: Called with each answer before it is executed; returns the answer to execute
            instead, or None to stop the run.
        listener: Watches the run.
        wall: How to build the wall that `sandbox` names.

    Attributes:
        run_id: Id of the run in the journal, once it has begun.
        ended: How the run stopped, once it has.
    """

    def __init__(
        self,
        llm: LLM | Answering | str = "smollm2",
        *,
        sandbox: Sandbox | str = "wasm",
        limits: Limits | None = None,
        policy: CodePolicy = "strict",
        on_harm: OnHarm = "death",
        skills: Sequence[SkillLike] = (),
        mcp: Sequence[str] = (),
        skill_genomes: Mapping[str, Mapping[str, Any]] | None = None,
        genome: str | Path | FirstGenome | None = None,
        net: bool = True,
        check: Check | None = None,
        edits: bool | None = None,
        analyze: Sequence[str] | Panel | None = None,
        files: str | Path | Mapping[str, bytes] | None = None,
        seed: int = 0,
        temperature: float | None = None,
        max_tokens: int | None = None,
        db: Path | str | None = None,
        approve: Approve | None = None,
        listener: Listener | None = None,
        wall: WallOptions | None = None,
    ) -> None:
        self.run_id: str | None = None
        self.ended: Ended | None = None
        require_known(policy, on_harm)
        _require_sampled(seed, temperature, max_tokens)
        self._skills = load_skills(skills, skill_genomes)
        self._skill_genomes = dict(skill_genomes or {})
        self._net = net
        self._finish = Finish(check)
        self._files = checked(files if isinstance(files, Mapping) else _read(files))
        self._limits = limits or Limits()
        self._policy: CodePolicy = policy
        self._on_harm: OnHarm = on_harm
        self._seed = seed
        self._approve = approve
        self._listener = listener or Silent()
        self._meter = Meter()
        self._run: Run | None = None
        self._lives = False
        self._watching: Callable[[], Steps | None] = lambda: None
        with contextlib.ExitStack() as opened:
            self._journal = opened.enter_context(contextlib.closing(Journal(db)))
            self._llm, self._heard = (
                loaded(llm, self._journal) if isinstance(llm, str) else (model_of(llm), None)
            )
            if isinstance(llm, str):
                opened.callback(self._llm.close)
            self._first = genome_of(genome, self._llm, self._journal)
            self._temperature, self._max_tokens = sampling_of(
                self._llm, self._first, temperature, max_tokens
            )
            self._edits = edits_of(edits, self._llm, self._journal)
            self._wall_options = wall or WallOptions()
            self._wall = self._opened_wall(opened, sandbox)
            self._panel = self._opened_panel(opened, analyze)
            self._tools = self._opened_tools(opened, mcp)
            self._skills += tuple(self._tools)
            self._opened = opened.pop_all()

    def _opened_wall(self, opened: contextlib.ExitStack, sandbox: Sandbox | str) -> Sandbox:
        if not isinstance(sandbox, str):
            return sandbox
        wall = open_wall(sandbox, self._listener.preparing, self._wall_options)
        opened.callback(wall.close)
        return wall

    def _opened_panel(
        self, opened: contextlib.ExitStack, analyze: Sequence[str] | Panel | None
    ) -> Panel:
        if isinstance(analyze, Panel):
            return analyze
        recorded = self._heard is not None
        panel = panel_of(analyze, self._llm, self._journal, self._listener, recorded=recorded)
        opened.callback(panel.close)
        return panel

    def _opened_tools(self, opened: contextlib.ExitStack, mcp: Sequence[str]) -> Sequence[Skill]:
        if not mcp:
            return ()
        servers = servers_of(mcp, self._skills, self._listener)
        opened.callback(servers.close)
        return servers.tools

    @classmethod
    def resume(
        cls,
        run: str,
        *,
        llm: LLM | Answering | str | None = None,
        sandbox: Sandbox | str | None = None,
        policy: CodePolicy | None = None,
        limits: Limits | None = None,
        skills: Sequence[SkillLike] | None = None,
        mcp: Sequence[str] = (),
        check: Check | None = None,
        analyze: Sequence[str] | Panel | None = None,
        seed: int | None = None,
        temperature: float | None = None,
        max_tokens: int | None = None,
        db: Path | str | None = None,
        approve: Approve | None = None,
        listener: Listener | None = None,
        wall: WallOptions | None = None,
    ) -> AutonomousLLM:
        """Take up a run where its journal ends; `run` then goes on with it.

        What is not given is as it was, where the run is the user's own; a stranger's chooses
        nothing (see `autoagent.trust`). The organism keeps its own seed; `seed` is that of the
        model's sampling from here on. `limits` bound those of the run. Of `skills` that are no
        names the journal knows nothing more: they are given again, like the `check` and `mcp`.

        Raises:
            JournalError: There is no such run, or another process lives it.
            ValueError: It was lived behind a wall that was built with other options, under
                another policy, or with tools of servers that are not given; or it is a
                stranger's, and something is not given.
        """
        with contextlib.closing(Journal(db, read_only=True)) as journal:
            past = Past.of(journal, journal.find(run), whose=True)
            files = journal.files(past.files)
        llm = llm if isinstance(llm, str | None) else model_of(llm)
        chosen = Chosen(sandbox=_name(sandbox), policy=policy, llm=_name(llm), limits=limits)
        sampling = {"seed": seed, "temperature": temperature, "max_tokens": max_tokens}
        settings = settled(past, chosen) | {
            name: value for name, value in sampling.items() if value is not None
        }
        past.require_servers(mcp)
        agent = cls(
            settings["llm"] if llm is None else llm,
            sandbox=settings["sandbox"] if sandbox is None else sandbox,
            limits=settings["limits"],
            policy=settings["policy"],
            on_harm=settings["on_harm"],
            skills=past.named_skills if skills is None else skills,
            mcp=mcp,
            skill_genomes=settings.get("skill_genomes") if skills is None else None,
            genome=past.first,
            net=settings.get("net", False),
            edits=settings.get("edits", False),
            check=check,
            analyze=settings.get("analyze", ()) if analyze is None else analyze,
            files=files,
            seed=settings["seed"],
            temperature=settings["temperature"],
            max_tokens=settings["max_tokens"],
            db=db,
            approve=approve,
            listener=listener,
            wall=past.same_wall(wall or WallOptions()),
        )
        try:
            if llm is None:
                past.require_same_weights(agent._llm)
            agent._take_up(past.run)
        except BaseException:
            agent.close()
            raise
        return agent

    @property
    def result(self) -> Any:
        """What a life that finished has brought; None before, and for any other."""
        return None if self.ended is None else self.ended.result

    @property
    def genome(self) -> Genome:
        """The organism's definitions as they are now."""
        return Genome() if self._run is None else self._run.life.genome

    @property
    def files(self) -> dict[str, bytes]:
        """What is in its working folder, as of its last heartbeat or its last words."""
        return dict(self._files if self._run is None else self._run.life.files.held)

    @property
    def made(self) -> dict[str, bytes]:
        """Those of its files that it was not born with as they are."""
        return {} if self._run is None else self._run.life.files.made

    @property
    def spent(self) -> Spent:
        """What the run used since it was begun or resumed."""
        return self._meter.spent

    @property
    def steps(self) -> int:
        """How many steps the life has had, those before a resume included."""
        return 0 if self._run is None else self._run.life.steps

    @property
    def waiting(self) -> bool:
        """Whether a model is being asked just now."""
        return self._meter.asking

    def __repr__(self) -> str:
        """Say which run it is, and how that stands."""
        if self.run_id is None:
            return f"<AutonomousLLM, not begun, with {self._llm.name}>"
        state = "living" if self.ended is None else self.ended.cause.value
        return f"<AutonomousLLM run {self.run_id}, {state} after {self.steps} steps>"

    def _repr_html_(self) -> str:
        """Return which run it is and how that stands, as a notebook shows it."""
        ended = self.ended
        rows = {
            "model": self._llm.name,
            "wall": self._wall.name,
            "steps": self.steps,
            "stopped": "" if ended is None else f"{ended.cause.value} ({ended.detail})",
            "result": "" if self.result is None else json.dumps(self.result, ensure_ascii=False),
            "files": ", ".join(self.files),
            "tokens": self.spent.tokens,
        }
        return cell(f"agent, run {self.run_id or 'not begun'}", rows)

    def pause(self) -> None:
        """Stop the run at the next step, from any thread; nothing done so far is lost."""
        self._meter.pause.set()

    def kill(self) -> None:
        """End the wall's processes at once, from any thread."""
        self._meter.kill()
        self._wall.close()

    def close(self) -> None:
        """Give back the life and whatever this agent has opened itself."""
        with contextlib.suppress(ValueError):  # it runs in another thread, and ends there
            if (steps := self._watching()) is not None:
                steps.close()
        if self._run is not None:
            self._run.life.close()
        self._opened.close()

    def __enter__(self) -> AutonomousLLM:
        """Close at the end of a ``with`` block."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close."""
        self.close()

    def run(self, prompt: str = "", *, budget: Budget | None = None) -> Steps:
        """Live from `prompt`, yielding each completed step; `ended` says afterwards how it stopped.

        An agent that has stopped, or was resumed, goes on instead, with a budget of its own, and
        without a prompt.

        Raises:
            ValueError: The prompt is empty, or this agent lives already.
            JournalError: The journal cannot be written, or a resumed life cannot be rebuilt.
            LLMError: The weights of the model cannot be read, where they are named by a path.
        """
        self._check_begins(prompt)
        if self.ended is not None and self.run_id is not None:
            self._take_up(self.run_id)
            self._meter.spent = Spent()
            self._meter.pause.clear()  # one that came before a run began is still meant
        budget = budget or Budget()
        settings = self._settings(budget)
        self._lives, self.ended = True, None
        if self._run is not None:
            return self._watched(self._lived(self._run, budget, settings))
        begun = self._take_up(self._journal.begin(self._inborn(prompt) | settings))
        return self._watched(self._lived(begun, budget, None))

    def _check_begins(self, prompt: str) -> None:
        """Raise a `ValueError` if it lives already, or a prompt is missing or one too many."""
        if self._lives and self.ended is None:
            raise ValueError("this agent is living; go through its steps to the end first")
        if prompt.strip() and self._run is not None:
            raise ValueError(
                "this agent has a life already, which run() without a prompt goes on with; make a "
                "new agent for another prompt"
            )
        if not prompt.strip() and self._run is None:
            raise ValueError("the prompt is empty; say what the agent shall begin with")

    def _inborn(self, prompt: str) -> Data:
        """Return what stays as it is at birth, as it is journalled; files are kept there, too."""
        life: Data = {
            "prompt": prompt,
            "policy": self._policy,
            "on_harm": self._on_harm,
            "limits": asdict(self._limits),
            "skills": [skill.name for skill in self._skills],
            "mcp": [tool.name for tool in self._tools],
            "genome": self._first.as_dict(),
            "net": self._net,
        }
        if self._edits:
            life["edits"] = True
        if self._skill_genomes:
            life["skill_genomes"] = self._skill_genomes
        if self._files:
            self._journal.keep(self._files.values())
            life["files"] = manifest(self._files)
        return life

    def _settings(self, budget: Budget) -> Data:
        """Return what may be another each time that the life goes on, as it is journalled."""
        settings: Data = {
            "llm": self._llm.name,
            "sandbox": self._wall.name,
            "wall": self._wall_options.recorded(),
            "build": self._wall.build,
            "seed": self._seed,
            "temperature": self._temperature,
            "max_tokens": self._max_tokens,
            "server": getattr(self._llm, "base_url", None),
            "approve": self._approve is not None,
            "analyze": list(self._panel.names),
            "budget": asdict(budget),
        }
        if weights := weights_by_name([self._llm]):
            settings["weights"] = weights
        return settings

    async def arun(self, prompt: str = "", *, budget: Budget | None = None) -> AsyncIterator[Step]:
        """Live as `run` does, beside whatever else the event loop has to do.

        Whoever cancels this suspends the run: it is let go of once its step is written down. All
        agents of a process take their steps in `THREADS`, so of more agents than these some wait
        for others; what a skill or a model lives in between, it lives with `run`.

        Raises:
            ValueError: As for `run`.
            JournalError: As for `run`.
        """
        steps = self.run(prompt, budget=budget)
        turn = THREADS.submit(next, steps, None)
        try:
            while (step := await asyncio.shield(asyncio.wrap_future(turn))) is not None:
                yield step
                turn = THREADS.submit(next, steps, None)
        except (asyncio.CancelledError, GeneratorExit):
            self.pause()
            raise
        finally:  # a thread may be in the middle of a step; the loop goes on meanwhile
            await asyncio.shield(_closed(steps, turn))

    def _take_up(self, run: str) -> Run:
        """Claim a run, and prepare to live from where it ends; a new one ends before its birth."""
        new, self.run_id = self._run is None, run
        self._run = taken = Run(
            run,
            journal=self._journal,
            wall=self._wall,
            life=partial(
                Life,
                self._wall,
                limits=self._limits,
                policy=self._policy,
                on_harm=self._on_harm,
                seed=self._seed,
                skills=self._skills,
                first=self._first,
                net=self._net,
                finish=self._finish,
                files=self._files,
            ),
            llm=self._llm,
            heard=self._heard,
            panel=self._panel,
            sampling=Sampling(self._seed, self._temperature, self._max_tokens),
            profile=self._first.profile,
            edits=self._edits,
            meter=self._meter,
            listener=self._listener,
            approve=self._approve,
        )
        if new and isinstance(self._llm, Recorded):
            self._llm.skip(taken.past.calls[self._llm.name])
        return taken

    def _watched(self, steps: Steps) -> Steps:
        """Return steps that end when this agent is closed in the middle of them."""
        self._watching = weakref.ref(steps)
        return steps

    def _lived(self, run: Run, budget: Budget, resumed: Data | None) -> Steps:
        try:
            yield from run.live(budget, resumed)
        finally:
            self.ended = run.ended


def _read(folder: str | Path | None) -> dict[str, bytes]:
    return {} if folder is None else read_folder(Path(folder))


def _name(thing: LLM | Sandbox | str | None) -> str | None:
    return thing if isinstance(thing, str | None) else thing.name


async def _closed(steps: Steps, turn: Future[Any]) -> None:
    """Close steps once the last one that was asked for has come, or failed."""
    await asyncio.gather(asyncio.wrap_future(turn), return_exceptions=True)
    await asyncio.get_running_loop().run_in_executor(THREADS, steps.close)


def _require_sampled(seed: int, temperature: float | None, max_tokens: int | None) -> None:
    """Raise an error that names what no model can be sampled with, or no journal can hold."""
    if not is_whole(seed):
        raise ValueError(f"seed must be a whole number between -2^63 and 2^63, got {seed!r}")
    if temperature is not None and not (is_number(temperature) and temperature >= 0):
        raise ValueError(
            f"temperature must be 0 or more, and finite, and below 2^63, got {temperature!r}"
        )
    if max_tokens is not None and not (is_whole(max_tokens) and max_tokens > 0):
        raise ValueError(
            f"max_tokens must be a whole number, and more than 0, below 2^63, got {max_tokens!r}"
        )
