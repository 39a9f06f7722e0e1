"""`autoagent train`: teach a policy to keep the organism alive."""

from __future__ import annotations

import math
import shlex
from collections.abc import Iterable, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass, fields
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from autoagent.cli.common import FAILED, bad_input_exits, fail, is_given, print_json, progress
from autoagent.cli.interrupts import Interrupts
from autoagent.files import claimed
from autoagent.printable import printable
from autoagent.trust import USUAL
from autoagent.ui.words import ended
from rl.cli.common import JsonLines, genome_of, installed, listed, require_rewards
from rl.cli.train_options import LanguageModel, Learning, Rejecting, Run, World
from rl.cli.training_view import TrainingView

if TYPE_CHECKING:  # torch takes seconds to import, and nobody waits for it to read --help
    from rl.ending import Finished
    from rl.logs import Figures
    from rl.policies import Policy
    from rl.policies.scripted import Scripted
    from rl.rollout import Rollouts
    from rl.schedule import Schedule
    from rl.settings import RunSettings
    from rl.trainer import Progress


@dataclass(frozen=True)
class Kind:
    """What is trained.

    Attributes:
        name: What it is called in the record of a run.
        defaults: Of options whose default depends on it.
        lr_of_adapters: Step size of adapters by default: they begin at no effect, and need longer
            steps than weights that are right already.
        shows: The figure that a row of its updates has beside those that all have.
        compared: What `autoagent evaluate` is told to compare it with one that is not trained.
    """

    name: str
    defaults: Mapping[str, Any]
    lr_of_adapters: float | None = None
    shows: str = "kl"
    compared: str = "smollm2 cold:smollm2 hf:{folder}/policy"


EDITS = Kind(
    "edits",
    {
        "env": "env:autoagent/SurvivalEdits-v0",
        "lr": 1e-2,
        "gamma": 0.95,
        "entropy": 0.3,
        "entropy_end": 0.03,
        "horizon": 40,
        "clip": 1.0,
        "micro_batch": 4096,
    },
    compared="edits:random edits:{folder}",
)
OF_LANGUAGE: Mapping[str, Any] = {
    "env": "env:autoagent/Survival-v1",
    "clip": 1.0,
    "micro_batch": 4,
    "llm": "smollm2",
    "temperature": 1.0,
    "max_tokens": 128,
}
LM = Kind("lm", {**OF_LANGUAGE, "lr": 1e-5, "gamma": 0.99, "entropy": 0.0}, lr_of_adapters=1e-3)
RFT = Kind("rft", {**OF_LANGUAGE, "lr": 3e-5}, lr_of_adapters=3e-4, shows="kept")
READ_BY_SCRIPTS = {"query", "genome"}
"""Parts of an observation by which policies without a model answer."""
REFERENCE_LIVES = 4
"""Lives of each of them, when a run is over: bounds that its figures are read against."""
LEARNING = ("gamma", "entropy", "entropy_end", "lr_end")
"""Options that only some kinds have."""
CHANGING = ("lr_end", "entropy_end", "difficulty_end")
"""Options that something goes to until the update --horizon."""
OURS = "env"
"""The module that registers our environments; any other is a program that would be run."""
OF_POLICY = tuple(each.name for each in fields(LanguageModel))
OF_ENVIRONMENT = tuple(each.name for each in fields(World) if each.name != "env")


def edits(context: typer.Context, *, world: World, learning: Learning, run: Run) -> None:
    """Train a policy that chooses gene edits to survive, by REINFORCE."""
    _train(EDITS, context, run)


def lm(
    context: typer.Context, *, model: LanguageModel, world: World, learning: Learning, run: Run
) -> None:
    """Train a language model to survive, by REINFORCE."""
    _train(LM, context, run)


def rft(
    context: typer.Context, *, model: LanguageModel, world: World, learning: Rejecting, run: Run
) -> None:
    """Fine-tune a language model on the best of its own lives, round after round."""
    _train(RFT, context, run)


def _train(kind: Kind, context: typer.Context, run: Run) -> NoReturn:
    """Train, show it, say how it ended, and exit."""
    with bad_input_exits(), installed("training"), ExitStack() as stack:
        from rl.ending import Cause
        from rl.memory import OutOfMemory, told_when_out_of_memory
        from rl.rollout import RolloutError
        from rl.trainer import Trainer

        options = _options(kind, context, run.resume)
        settings = _settings(kind, options)
        origin = _origin(options)
        folder = _folder(kind, run, {"training": settings.as_dict(), "origin": origin})
        stack.enter_context(claimed(folder))
        rollouts = _rollouts(options, settings)
        stack.callback(rollouts.close)
        display = (
            JsonLines()
            if run.json
            else TrainingView(Console(stderr=True), settings, shows=kind.shows)
        )
        try:
            with told_when_out_of_memory("lower --lora, or train a smaller --llm"):
                trainer = Trainer(
                    _policy(options, rollouts),
                    rollouts,
                    settings,
                    folder,
                    origin=origin,
                    resume=run.resume is not None,
                    curriculum=_curriculum(options),
                    watcher=display,
                )
        except OutOfMemory as error:
            fail(str(error))
        interrupts = Interrupts(trainer)
        progress(f"run {printable(str(folder))}")
        try:
            with closing(display):
                display.open()
                finished = trainer.run()
            stopped = finished.cause is Cause.STOPPED
            last = trainer.difficulty
            bounds = {} if stopped else _references(rollouts, last)
        except (RolloutError, OutOfMemory, OSError) as error:
            fail(f"{error} (`autoagent train {kind.name} --resume {folder}` goes on)", FAILED)
        _tell(kind, folder, finished, bounds, last, _alike(options, last), json=run.json)
        if finished.cause is Cause.DIVERGED:
            fail(finished.detail, FAILED)
    raise typer.Exit(interrupts.exit_code)


def _options(kind: Kind, context: typer.Context, resume: Path | None) -> dict[str, Any]:
    """Return the options: as given, or else as recorded in the run, or else as they are."""
    from autoagent.llm.causal.load import absolute

    options = dict.fromkeys((*OF_POLICY, *LEARNING)) | context.params | {"kind": kind.name}
    if options["llm"] is not None:
        options["llm"] = absolute(options["llm"])  # the same model, wherever the run goes on
    options["genome"], _ = genome_of(options["genome"])
    if resume is not None:
        options |= _recorded(kind, context, resume, options.keys())
        _require_usual(context, options)
    options |= {n: usual for n, usual in _usual(kind, options).items() if options[n] is None}
    if options["horizon"] is None and any(options[name] is not None for name in CHANGING):
        options["horizon"] = max(2, options["updates"] or 0)
    if (last := options["difficulty_end"]) is not None and not 0 <= last < math.inf:
        fail(f"--difficulty-end must be a number, 0 or more, got {last}")
    require_rewards(options)
    if kind is not EDITS and options["genome"] is not None:
        from rl.policies.genomes import require_code

        require_code(options["genome"])
    return options


def _recorded(
    kind: Kind, context: typer.Context, resume: Path, names: Iterable[str]
) -> dict[str, Any]:
    """Return what a run that goes on has had, of all that is not given anew."""
    from rl.trainer import training_folder

    record = training_folder(resume).record()
    training_folder(resume).require({"origin": record["origin"] | {"kind": kind.name}})
    known = record["training"] | record["origin"]
    kept = (name for name in names if name in known and name != "kind")
    return {name: known[name] for name in kept if not is_given(context, name)}


def _usual(kind: Kind, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the defaults that depend on what is trained, and on other options."""
    usual = dict(kind.defaults)
    if options["lora"] is not None:
        usual["lr"] = kind.lr_of_adapters
    if options["entropy"] is not None:
        usual.pop("entropy_end", None)  # it belongs to the bonus that is there by default
    if options["difficulty_end"] is not None:
        usual["difficulty"] = 1.0  # and so an environment without difficulty is told
    return usual


def _require_usual(context: typer.Context, options: Mapping[str, Any]) -> None:
    """Exit if a folder, which may be a stranger's, would choose what is imported, or the wall."""
    module, colon, _ = str(options["env"]).partition(":")
    chosen = {
        "env": bool(colon) and module != OURS,
        "sandbox": options["sandbox"] not in (None, USUAL["sandbox"]),
    }
    for name in (name for name, unusual in chosen.items() if unusual):
        if not is_given(context, name):
            fail(
                f"--resume: the run was begun with --{name} {options[name]}; give that again, if "
                "you know it to be no stranger's choice"
            )


def _origin(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return what policy and environments are made from; of a genome in a file, its hash, too."""
    origin = {name: options[name] for name in ("kind", "env", *OF_ENVIRONMENT, *OF_POLICY)}
    _, content = genome_of(options["genome"])
    return origin if content is None else {**origin, "genome_hash": content}


def _settings(kind: Kind, options: Mapping[str, Any]) -> RunSettings:
    from rl.rejection import RejectionSettings
    from rl.settings import Settings

    made = RejectionSettings if kind is RFT else Settings
    return made(**{field.name: options[field.name] for field in fields(made)})


def _folder(kind: Kind, run: Run, record: Mapping[str, Any]) -> Path:
    """Return where the run is kept, before anything slow is done."""
    from rl.trainer import training_folder

    if run.resume is None:
        folder = run.out or Path(f"train-{kind.name}")
        training_folder(folder).create()
        return folder
    if run.out is not None:
        fail("--resume goes on in the run's own folder; leave --out out")
    training_folder(run.resume).require(record)
    return run.resume


def _rollouts(options: Mapping[str, Any], settings: RunSettings) -> Rollouts:
    """Return the environments; the first one is made already."""
    import gymnasium

    from rl.rollout import Rollouts

    given = {
        name.removeprefix("reward_"): options[name]
        for name in OF_ENVIRONMENT
        if options[name] is not None and name != "difficulty_end"
    }
    for several in {"hazards", "skills"} & given.keys():
        given[several] = listed(given[several])
    make = partial(gymnasium.make, options["env"], disable_env_checker=True, **given)
    try:
        return Rollouts(make, envs=settings.envs, seed=settings.seed, patience=settings.patience)
    except (gymnasium.error.Error, ModuleNotFoundError, TypeError) as error:
        fail(f"--env {options['env']}: {error}")


def _curriculum(options: Mapping[str, Any]) -> Schedule | None:
    """Return how difficulty changes, if it does."""
    from rl.schedule import Schedule

    first, last = options["difficulty"], options["difficulty_end"]
    return None if last is None else Schedule(first, last, options["horizon"])


def _policy(options: Mapping[str, Any], rollouts: Rollouts) -> Policy:
    """Return the policy as it is before any training."""
    import torch

    torch.manual_seed(options["seed"])
    if options["kind"] == EDITS.name:
        from rl.policies import Categorical

        return Categorical.between(
            rollouts.observation_space, rollouts.action_space, seed=options["seed"]
        )
    from rl.policies.language import LanguagePolicy, check_spaces

    check_spaces(rollouts.observation_space, rollouts.action_space)
    names = ("lora", "temperature", "max_tokens", "seed")
    return LanguagePolicy(options["llm"], **{name: options[name] for name in names})


def _references(rollouts: Rollouts, difficulty: float | None) -> dict[str, dict[str, Any]]:
    """Return what scripted policies reach in lives of the run's kind, if they can read them.

    Args:
        rollouts: Where they live.
        difficulty: Of the last update's lives; None is that of the environments.
    """
    from rl.logs import episode_figures

    options = None if difficulty is None else {"difficulty": difficulty}
    return {
        name: episode_figures(
            rollouts.collect(script, update=0, episodes=REFERENCE_LIVES, options=options)
        )
        for name, script in _scripts(rollouts).items()
    }


def _scripts(rollouts: Rollouts) -> Mapping[str, Scripted]:
    """Return the scripted policies that can read what these environments show."""
    from env.edits import FEATURES, Edit
    from rl.policies.scripted import over_edits, over_texts

    observed, actions = rollouts.observation_space, rollouts.action_space
    if getattr(observed, "spaces", {}).keys() >= READ_BY_SCRIPTS:
        return over_texts()
    if observed.shape == (len(FEATURES),) and getattr(actions, "n", None) == len(Edit):
        return over_edits()
    return {}


def _alike(options: Mapping[str, Any], difficulty: float | None) -> str:
    """Return the options of `autoagent evaluate` that make lives as hard and as long.

    What else makes the world of a training, hazards and rewards, say, is the user's to repeat.
    """
    lived = dict(options) if difficulty is None else {**options, "difficulty": difficulty}
    given = {name: lived.get(name) for name in ("difficulty", "max_steps", "max_tokens")}
    return "".join(
        f" --{name.replace('_', '-')} {int(value) if value == int(value) else value}"
        for name, value in given.items()
        if value is not None
    )


def _tell(
    kind: Kind,
    folder: Path,
    finished: Finished[Progress, Figures],
    bounds: Mapping[str, Mapping[str, Any]],
    difficulty: float | None,
    alike: str,
    *,
    json: bool,
) -> None:
    """Say how it ended, draw how it went and what bounds it, and say how to go on."""
    if json:
        summary = {"run": str(folder), **finished.as_dict(), "references": bounds}
        if difficulty is not None:
            summary["references_difficulty"] = difficulty
        print_json({"summary": summary})
        return
    from rl.curves import in_text
    from rl.logs import read_log

    learnt = f"the policy is in {folder / 'policy'}"
    compared = kind.compared.format(folder=shlex.quote(str(folder))) + alike
    next_ = [f"next: `autoagent evaluate {compared}` compares it with one that is not trained"]
    if not finished.progress.update:
        learnt, next_ = "nothing is learnt yet", []
    words = f"{ended(finished.cause.value, finished.detail)}; {learnt}; --resume {folder} goes on"
    console = Console(stderr=True)
    for line in (words, *in_text(read_log(folder / "log.jsonl")), *next_):
        console.print(Text(printable(line)), soft_wrap=True)
    if bounds and difficulty is not None:
        console.print(Text(f"references live at the last update's difficulty, {difficulty:g}"))
    if bounds:
        table = Table("reference", "return", "survived")
        for name, figures in bounds.items():
            table.add_row(name, f"{figures['mean_return']:.2f}", f"{figures['survived']:.2f}")
        console.print(table)
