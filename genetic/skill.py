"""The translation engine as a skill: an agent may call it, read it, and evolve it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import asdict, replace
from typing import Any

from autoagent.asker import Asker, derived
from autoagent.similarity import Length, Similarity, sentence_model
from autoagent.skills import EVOLVE, Calls, SkillContext, SkillError
from genetic.executors import Executor, open_executor
from genetic.search.price import check_payable
from genetic.search.watcher import Generation
from genetic.translate.candidate import Candidate
from genetic.translate.contest import Contest, Score, operators_of
from genetic.translate.evolved import OperatorError, check
from genetic.translate.judge import Judge
from genetic.translate.search import Search
from genetic.translate.skill_genome import GenomeError, SkillGenome
from genetic.translate.task import SourceError, Task, observe
from genetic.translate.widen import widened
from sandbox.limits import Limits
from sandbox.programs import SOURCES, TARGETS

MOST_CALLS = 200
USUAL_CALLS = 40
MOST_INPUTS = 64
LONGEST_SOURCE = 50_000
LONGEST_INPUT = 100_000
FURTHER = 50
"""Further tests, made of an agent's inputs; see `genetic.translate.widen`."""
SOURCE_LIMITS = Limits(fuel=10**10, memory_mb=256, wall_seconds=3.0, output_bytes=100_000)
"""Of each run of an agent's source."""


class Translate:
    """Translates programs; see `autoagent.skills.Evolvable`.

    Args:
        contest: How a changed genome is compared with the present one.
        similarity: Makes the measure of outputs.
        first: What it is made of at the birth of a life.
    """

    name = "translate"
    description = (
        "self.use('translate', source=..., inputs=[...]) breeds a C program that prints what the "
        "JavaScript program prints for each input; returns a dict: program, correct, fitness, "
        "cost; more arguments: language, to, calls"
    )
    cost = 0.0

    def __init__(
        self,
        contest: Contest | None = None,
        similarity: Callable[[], Similarity] | None = None,
        first: SkillGenome | None = None,
    ) -> None:
        self._first = first or SkillGenome()
        self._contest = contest or Contest()
        self._similarity = similarity or _similarity

    def call(self, arguments: dict[str, Any], context: SkillContext) -> dict[str, Any]:
        """Translate ``source`` from ``language`` to ``to`` with at most ``calls`` questions.

        Raises:
            SkillError: An argument is wrong, or the source is no model to translate from.
        """
        task, to, calls = asked(arguments, context.asker)
        task = widened(task, FURTHER, context.seed).task
        with closing(open_executor("local", context.asker.at_once)) as executor:
            last = self.search(task, to, calls, context, executor)
        fitness = last.best.fitness
        return {
            "program": last.best.program,
            "correct": fitness.correct,
            "fitness": asdict(fitness),
            "cost": {"calls": last.calls},
        }

    def search(
        self, task: Task, to: str, calls: int, context: SkillContext, executor: Executor
    ) -> Generation[Candidate]:
        """Search for a translation with the genome as it is now; return the last generation.

        Raises:
            SuspendedError: The budget is used up, or the run is paused.
            LLMError: The model gave no answer.
            SandboxError: What compiles or runs programs is missing.
        """
        genome = self.versions(context)[-1]
        # Each birth counts for a question at least, so these generations are never used up.
        settings = replace(genome.settings, calls=calls, generations=calls)
        # With the same seed, whoever asks again would be answered the same.
        again = len(context.history)
        search = Search(
            task,
            judge=Judge(
                task,
                target=to,
                executor=executor,
                similarity=self._similarity(),
                first=settings.first,
            ),
            target=to,
            settings=settings,
            asker=context.asker,
            prompts=(genome.prompts,),
            operators=operators_of(genome),
            seed=derived(context.seed, f"search {again}") if again else context.seed,
        )
        *_, last = search.generations()
        return last

    def begin_with(self, genome: Mapping[str, Any]) -> None:
        """Have another genome at the birth of a life.

        Raises:
            ValueError: It is none, or an operator of it fails; the message says why.
        """
        self._first = SkillGenome().patched(dict(genome))
        check(self._first.evolved)

    def genome_of(self, histories: Mapping[str, Calls]) -> dict[str, Any]:
        """Return the genome that the calls of a life have made."""
        return self._versions_of(histories)[-1].as_dict()

    def read(self, context: SkillContext) -> dict[str, Any]:
        """Return the genome as it is now, its version, and what a contest of a change takes."""
        versions, past = self.versions(context), self._contests(context)
        searched = len(_scores(past).get(versions[-1].hash, ()))
        return {
            **versions[-1].as_dict(),
            "version": len(versions) - 1,
            "contest": {
                "at_most": self._contest.price(searched),
                "attempts_left": self._contest.attempts - len(past),
            },
        }

    def evolve(self, patch: Any, context: SkillContext) -> dict[str, Any]:
        """Let a changed genome compete with the present one, and adopt it if it is better.

        Raises:
            SkillError: The change is not allowed, fails at once, or cannot be paid for.
        """
        contest = self._contest
        past = self._contests(context)
        if len(past) >= contest.attempts:
            raise SkillError(f"all {contest.attempts} attempts of this run are used up")
        versions = self.versions(context)
        incumbent = versions[-1]
        try:
            challenger = incumbent.patched(patch)
            check(challenger.evolved)
        except (GenomeError, OperatorError) as error:
            raise SkillError(f"the patch is refused: {error}") from None
        if challenger.hash == incumbent.hash:
            raise SkillError("the patch changes nothing")
        known = _scores(past)
        searched = sum(len(known.get(genome.hash, ())) for genome in (incumbent, challenger))
        price = contest.price(searched)
        check_payable("the contest", price, context.asker)
        life = f"{context.seed}:{context.born}"
        verdict = contest.hold(incumbent, challenger, life, known, context.asker)
        ours, theirs = (known[each.hash][: verdict.pairs] for each in (challenger, incumbent))
        return {
            "adopted": verdict.adopted,
            "version": len(versions) - 1 + verdict.adopted,
            "p_value": verdict.p_value,
            "level": contest.level_of_each,
            "pairs": verdict.pairs,
            "price": price,
            "challenger": _means(ours),
            "incumbent": _means(theirs),
            "scores": {
                each.hash: [[score.rate, score.calls] for score in known[each.hash]]
                for each in (challenger, incumbent)
            },
            "attempts_left": contest.attempts - len(past) - 1,
        }

    def roll_back(self, version: Any, context: SkillContext) -> dict[str, Any]:
        """Make an earlier version the present one.

        Raises:
            SkillError: There is none of that number.
        """
        versions = self.versions(context)
        if type(version) is not int or not 0 <= version < len(versions):
            raise SkillError(
                f"there is no version {version!r:.40}; there are 0 to {len(versions) - 1}"
            )
        return {"rolled_back_to": version, "version": len(versions)}

    def versions(self, context: SkillContext) -> list[SkillGenome]:
        """Return all versions, the present one last: what earlier calls in this life made of it."""
        return self._versions_of(context.histories)

    def _versions_of(self, histories: Mapping[str, Calls]) -> list[SkillGenome]:
        versions = [self._first]
        for asked, output in histories.get(EVOLVE, ()):
            if asked.get("name") != self.name:
                continue
            if output.get("adopted"):
                versions.append(versions[-1].patched(asked["patch"]))
            elif "rolled_back_to" in output:
                versions.append(versions[output["rolled_back_to"]])
        return versions

    def _contests(self, context: SkillContext) -> list[dict[str, Any]]:
        """Return what came of earlier contests in this life."""
        calls = context.histories.get(EVOLVE, ())
        return [out for asked, out in calls if asked.get("name") == self.name and "scores" in out]


def _similarity() -> Similarity:
    sentence = sentence_model()
    return Similarity([(Length(), 1.0), *([] if sentence is None else [(sentence, 1.0)])])


def asked(arguments: dict[str, Any], asker: Asker) -> tuple[Task, str, int]:
    """Return the task, the target language and the most questions that arguments ask for.

    Raises:
        SkillError: One of them is wrong; the message says which, and what is allowed.
    """
    known = ("source", "inputs", "language", "to", "calls")
    for name in arguments:
        if name not in known:
            raise SkillError(f"translate: no argument {name[:40]!r}; known: {', '.join(known)}")
    source, inputs = arguments.get("source"), arguments.get("inputs")
    if not isinstance(source, str) or not 0 < len(source) <= LONGEST_SOURCE:
        raise SkillError(f"translate: source must be a text of 1 to {LONGEST_SOURCE} characters")
    if (
        not isinstance(inputs, list)
        or not 0 < len(inputs) <= MOST_INPUTS
        or not all(isinstance(each, str) and len(each) <= LONGEST_INPUT for each in inputs)
    ):
        raise SkillError(
            f"translate: inputs must be a list of 1 to {MOST_INPUTS} texts, each of at most "
            f"{LONGEST_INPUT} characters"
        )
    language, to = arguments.get("language", "javascript"), arguments.get("to", "c")
    calls = arguments.get("calls", USUAL_CALLS)
    if language not in tuple(SOURCES) or to not in tuple(TARGETS):
        raise SkillError(
            f"translate: language must be one of {', '.join(SOURCES)}, and to one of "
            f"{', '.join(TARGETS)}"
        )
    if type(calls) is not int or not 0 < calls <= MOST_CALLS:
        raise SkillError(f"translate: calls must be from 1 to {MOST_CALLS}")
    named = {str(n): each.encode(errors="replace") for n, each in enumerate(inputs)}
    try:
        limits, check = SOURCE_LIMITS, asker.admit
        return observe(source, language, named, limits=limits, check=check), to, calls
    except SourceError as error:
        raise SkillError(f"translate: {error}") from None


def _scores(past: list[dict[str, Any]]) -> dict[str, list[Score]]:
    """Return the scores of genomes in earlier contests; each continues those before it.

    Those of lives that were begun when a score was a number count for nothing.
    """
    known: dict[str, list[Score]] = {}
    for output in past:
        for name, scores in output["scores"].items():
            if all(isinstance(score, list) for score in scores):
                known[name] = [Score(*score) for score in scores]
    return known


def _means(scores: list[Score]) -> dict[str, float]:
    """Return what a genome achieved on average, and what it asked for it."""
    return {
        "rate": sum(score.rate for score in scores) / len(scores),
        "calls": sum(score.calls for score in scores) / len(scores),
    }
