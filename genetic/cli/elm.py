"""`autoagent elm`: fill the niches of a domain with programs."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from dataclasses import dataclass, fields, replace
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from autoagent.cli.common import bad_input_exits, fail, is_given
from autoagent.cli.interrupts import Interrupts
from autoagent.cli.options import JsonOption, PricedServer, SeedOption, Spending
from autoagent.files import claimed
from autoagent.journal import Journal, NoJournalError
from autoagent.trust import USUAL
from genetic.cli.elm_view import ElitesView
from genetic.cli.models import CALLS, Judging, concluded, refuse_planned, require_server
from genetic.cli.programs import read_text
from genetic.elm.domain import DOMAINS, Domain, open_domain
from genetic.elm.judging import Named, Pool, judged, share_of, side_by_side
from genetic.elm.operators import BY_CHANCE, OPERATORS
from genetic.elm.outputs import JOURNAL, folder_of, write
from genetic.elm.plan import MORE, Plan
from genetic.elm.run import ElitesRun, batches
from genetic.elm.search import Judge
from genetic.search.bounds import check_enough

TOGETHER = 64
"""Programs made by chance that share a guest; those of a model share none."""
BATCH, ASKED_BATCH = 64, 8
EVALUATIONS = 1000


@dataclass(frozen=True, kw_only=True)
class Evolving:
    """What decides a search beside its domain."""

    operator: Annotated[
        str, typer.Option(help=f"How programs are changed: {', '.join(OPERATORS)}.")
    ] = "tokens"
    llm: Annotated[
        str | None,
        typer.Option(
            help="Who rewrites or writes diffs: smollm2, gguf:PATH or openai:MODEL "
            f"(default: {USUAL['llm']})."
        ),
    ] = None
    evaluations: Annotated[
        int | None,
        typer.Option(
            help="Programs to judge, seeds and failures included (default: as many as --calls pays "
            f"for, or {EVALUATIONS})."
        ),
    ] = None
    calls: Annotated[int | None, CALLS] = None
    batch: Annotated[
        int | None,
        typer.Option(
            help="Programs made of the same archive and judged together (default: "
            f"{BATCH}, or {ASKED_BATCH} where a model is asked)."
        ),
    ] = None
    start: Annotated[
        list[str] | None,
        typer.Option(
            help="Seed to begin with, or a file with a program of your own; again for more "
            "(default: all seeds of the domain)."
        ),
    ] = None
    temperature: Annotated[float, typer.Option(help="Of the model.", min=0.0)] = 0.8
    max_tokens: Annotated[int, typer.Option(help="Longest answer, in tokens.")] = 512
    seed: SeedOption = 0

    @property
    def own(self) -> list[str]:
        """The programs of one's own among the seeds, which share no guest with what they become."""
        return [name for name in self.start or () if Path(name).exists()]

    def plan(self, domain: Domain, given: Collection[str]) -> Plan:
        """Return what a new run is to do, or exit.

        Args:
            domain: What is bred.
            given: The options that are given, and not set by a file for all commands.
        """
        by_chance = self.operator in BY_CHANCE
        for option in ("llm", "calls"):
            if by_chance and option in given:
                fail(f"--{option}: the operator {self.operator} asks no model; leave it out")
        calls = None if by_chance else self.calls
        usual = BATCH if by_chance else ASKED_BATCH
        starts = tuple(self.start or domain.seeds)
        own = [name for name in self.own if name not in domain.seeds]
        return Plan(
            domain=domain.name,
            operator=self.operator,
            model=None if by_chance else self.llm or str(USUAL["llm"]),
            evaluations=self._evaluations(len(starts), calls),
            batch=usual if self.batch is None else self.batch,
            starts=starts,
            programs={name: read_text(Path(name), "--start") for name in own},
            temperature=self.temperature,
            max_tokens=self.max_tokens,
            seed=self.seed,
            calls=calls,
        )

    def _evaluations(self, seeds: int, calls: int | None) -> int:
        """Return how many programs a new run judges: each but a seed takes a call."""
        if self.evaluations is not None:
            return self.evaluations
        return EVALUATIONS if calls is None else seeds + max(0, calls)


def elm(
    context: typer.Context,
    domain: Annotated[
        str,
        typer.Argument(
            help=f"What is bred: {', '.join(DOMAINS)}; a variant after a colon, as sodarace:bumpy."
        ),
    ],
    *,
    evolving: Evolving,
    spending: Spending,
    judging: Judging,
    out: Annotated[
        Path,
        typer.Option("--out", "-o", help="Folder of the run: journal, archive, pictures."),
    ] = Path("elm"),
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with the run in --out, as it was planned.")
    ] = False,
    run: Annotated[
        str | None,
        typer.Option(help="Which run in --out goes on, by its id (default: the last one)."),
    ] = None,
    server: PricedServer,
    json: JsonOption = False,
) -> None:
    """Fill the niches of DOMAIN with programs, by MAP-Elites."""
    with bad_input_exits(), ExitStack() as stack:
        budget = spending.budget()
        if evolving.operator not in OPERATORS:
            fail(f"--operator {evolving.operator}: known operators are {', '.join(OPERATORS)}")
        if run is not None and not resume:
            fail(f"--run {run}: a new run has no id yet; give --resume, too, or leave --run out")
        stack.enter_context(_folder(out, resume))
        if not resume:
            stack.enter_context(_left_only_if_begun(out / JOURNAL))
        journal = stack.enter_context(closing(Journal(out / JOURNAL)))
        run = _resumed(context, journal, run or "last") if resume else None
        plan = None if run is None else _known(journal, run, domain, out)
        if run is not None:
            require_server(journal, run, server.base_url)
        given = {name for name in ("llm", *MORE) if is_given(context, name)}
        if plan is not None and run is not None:
            more = {name: getattr(evolving, name) for name in MORE if name in given}
            plan = _on(plan, more, journal, run)
        operator = evolving.operator if plan is None else plan.operator
        domain = domain if plan is None else plan.domain  # `sodarace` for `sodarace:bumpy` will do
        own = evolving.own if plan is None else plan.programs
        together = TOGETHER if operator in BY_CHANCE and not own else 1
        opened = stack.enter_context(closing(open_domain(domain, together=together)))
        plan = plan or evolving.plan(opened, given)
        llms = []
        if plan.model is not None:
            server.check(plan.model, spending.cost)
            llms.append(stack.enter_context(closing(server.model(plan.model, "search"))))
        judge = _judge(stack, judging, Named(plan.domain, together), opened)
        search = ElitesRun(
            plan,
            opened,
            journal=journal,
            llms=llms,
            run=run,
            judge=judge,
            at_once=judging.at_once,
        )
        interrupts = Interrupts(search)
        view = ElitesView(json=json)
        view.begin(search.run_id, plan, search.archive.standing)
        with closing(view):
            finished = search.run(view.batch, budget)
        found = folder_of(out, journal, search.run_id)
        write(found, search.archive, opened, journal, search.run_id)
        view.end(finished, search.archive, found, out / JOURNAL)
    raise concluded(finished.cause, interrupts)


PLANNED = tuple(each.name for each in fields(Evolving) if each.name not in MORE)
"""Parameters that a resumed run has already."""


def _judge(stack: ExitStack, judging: Judging, opening: Named, opened: Domain) -> Judge:
    """Return what judges programs, side by side."""
    executor = stack.enter_context(closing(judging.open()))
    share = share_of(opened, opening.together)
    if judging.executor != "local":
        return side_by_side(executor, partial(judged, opening=opening), share)
    pool = stack.enter_context(closing(Pool(opening, opened)))
    return side_by_side(executor, pool.judge, share)


def _folder(out: Path, resume: bool) -> AbstractContextManager[None]:
    """Have the folder of the run, or exit."""
    if resume and not (out / JOURNAL).is_file():
        fail(f"--resume: {out} holds no run; leave --resume out to begin one there")
    if not resume and (out / JOURNAL).exists():
        fail(f"--out {out} holds a run; go on with it by --resume, or name another folder")
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        fail(f"--out {out} cannot be made: {error.strerror}")
    return claimed(out)


@contextmanager
def _left_only_if_begun(path: Path) -> Iterator[None]:
    """Leave no journal of a run that was refused before anything was judged.

    Nothing is removed that was there before.
    """
    known = {*path.parent.glob(f"{path.name}*")}
    try:
        yield
    except Exception:
        if path not in known and not _has_batch(path):
            for each in {*path.parent.glob(f"{path.name}*")} - known:
                each.unlink(missing_ok=True)
        raise


def _has_batch(path: Path) -> bool:
    try:
        with closing(Journal(path, read_only=True)) as journal:
            return any(any(journal.events(run, "batch")) for run, *_ in journal.runs())
    except NoJournalError:
        return False


def _resumed(context: typer.Context, journal: Journal, name: str) -> str:
    """Return the run of a journal; what decides it is not to be given again."""
    refuse_planned(context, PLANNED)
    return journal.find(name)


def _known(journal: Journal, run: str, domain: str, out: Path) -> Plan:
    """Return the plan of a run, or exit; that of a stranger chooses no model but the usual one."""
    plan = Plan.read(journal, run)
    if domain not in (plan.domain, plan.domain.partition(":")[0]):
        fail(
            f"--out {out} holds a run of {plan.domain}, not of {domain}; name that one, or another "
            "folder"
        )
    if plan.model not in (None, USUAL["llm"]) and not journal.is_own(run):
        fail(
            f"run {run} is not known as your own, and would ask {plan.model}; adopt it first: "
            f"`autoagent trust {run} --db {out / JOURNAL}`"
        )
    return plan


def _on(plan: Plan, more: Mapping[str, int], journal: Journal, run: str) -> Plan:
    """Return the plan of a run that goes on with more to do, or exit."""
    calls = more.get("calls")
    if calls is not None:
        if plan.operator in BY_CHANCE:
            fail(f"--calls: the operator {plan.operator} asks no model; leave it out")
        if plan.as_many_as_calls:
            plan = replace(plan, evaluations=max(plan.evaluations, len(plan.starts) + calls))
        plan = replace(plan, calls=calls)
        check_enough(journal, run, calls)
    if "evaluations" in more:
        plan = replace(plan, evaluations=more["evaluations"])
    done = max((batch["evaluated"] for batch in batches(journal, run)), default=0)
    if plan.evaluations < done:
        fail(
            f"run {run} has done {done} evaluations already, and --evaluations bounds all of them: "
            f"give {done} or more, got {plan.evaluations}"
        )
    return plan
