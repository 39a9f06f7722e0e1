"""How a translation is searched for: every knob, with its default."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from genetic.algorithm import Birth, Breeding
from genetic.kinds import check_kinds

STRATEGIES = ("adaptive", "genetic", "rex")
MOST = {"healing": 20, "novelty": 5, "islands": 100, "generations": 10**6, "prompt_chars": 10**6}
MOST |= {"batch": 1000}
BRED = ("healing", "novelty", "keep_top", "tightening", "crossover", "diversity", "hall")
UNHEEDED = {
    "genetic": frozenset({"batch"}),
    "adaptive": frozenset(BRED),
    "rex": frozenset(BRED),
}
"""Settings at which a strategy does not look."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What decides, together with a task, a seed and the models' answers, how a search goes.

    Attributes:
        strategy: What is born next: ``adaptive`` decides it from what was born (`genetic.tree`);
            ``genetic`` breeds generations (`genetic.algorithm.Evolution`), of which best-of-n and
            mending one for long are corner cases (`genetic.translate.presets`); ``rex`` is a
            published heuristic (`genetic.rex`).
        batch: How many births ``adaptive`` and ``rex`` decide on together: these can be born side
            by side, and know nothing of each other.
        generations: How many are born, the first included.
        islands: How many populations there are.
        migrate_every: Generations between two migrations; 0 lets nobody migrate.
        migrants: How many leave an island at a migration.
        breeding: How each population breeds.
        healing: How often a model may mend one candidate at its birth, by its errors or its
            output. To the others each mend is a birth.
        crossover_bias: The probability that a line comes from the fitter parent.
        mutation_rate: The probability that a character becomes another.
        mend_children: Whether a model mends what crossover and mutation left, unasked.
        novelty: How often a draft that is known already is drafted anew before it is judged. One
            that is known even then is not healed. None turns that off. To the adaptive strategy
            a known one is a birth that did not help.
        first_temperature: With which new random candidates are drafted.
        temperature: With which all else is asked.
        max_tokens: The longest answer.
        prompt_chars: The longest prompt, as far as cutting what it quotes can achieve that.
        blind: Whether prompts only describe how an output differs, and quote nothing.
        explain: Whether a model first says what is wrong, and then mends it. If blind, it
            describes how the outputs differ instead.
        diff: Whether a mend is asked for edits of the program, not for the whole of it.
        warnings: Whether a mend is told what the compiler complained of a program that compiles.
        shuffle: Whether each candidate is told of another failing test, not always of the first.
        until_correct: Whether the search ends with the first program that passes every test; if
            not, it goes on for a faster one.
        first: If none of so many inputs, the cheapest ones, comes out right, a candidate is not
            tried on the others; 0 tries all.
        calls: Most questions to the models, whatever for. None means unbounded.
    """

    strategy: str = "adaptive"
    batch: int = 1
    generations: int = 30
    islands: int = 1
    migrate_every: int = 5
    migrants: int = 1
    breeding: Breeding = field(default_factory=Breeding)
    healing: int = 3
    crossover_bias: float = 0.65
    mutation_rate: float = 0.0
    mend_children: bool = True
    novelty: int | None = 1
    first_temperature: float = 0.9
    temperature: float = 0.3
    max_tokens: int = 1024
    prompt_chars: int = 12_000
    blind: bool = False
    explain: bool = False
    diff: bool = False
    warnings: bool = False
    shuffle: bool = True
    until_correct: bool = True
    first: int = 0
    calls: int | None = None

    def __post_init__(self) -> None:
        """Refuse a search that could not begin.

        Raises:
            ValueError: A value is out of range; the message says which.
        """
        check_kinds(self)
        if self.strategy not in STRATEGIES:
            raise ValueError(
                f"strategy must be one of {', '.join(STRATEGIES)}, got {str(self.strategy)[:40]!r}"
            )
        least = {"generations": 1, "islands": 1, "migrate_every": 0, "migrants": 1, "healing": 0}
        least |= {"batch": 1, "first": 0, "max_tokens": 1, "prompt_chars": 200}
        optional = {"novelty": 0, "calls": 1}
        least |= {name: low for name, low in optional.items() if getattr(self, name) is not None}
        for name, low in least.items():
            if getattr(self, name) < low:
                raise ValueError(f"{name} must be at least {low}, got {getattr(self, name)}")
        for name, high in MOST.items():
            if (getattr(self, name) or 0) > high:
                raise ValueError(f"{name} must be at most {high}, got {getattr(self, name)}")
        for name in ("crossover_bias", "mutation_rate"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} must be from 0 to 1, got {getattr(self, name)}")
        for name in ("first_temperature", "temperature"):
            if not 0 <= getattr(self, name) <= 2:
                raise ValueError(f"{name} must be from 0 to 2, got {getattr(self, name)}")

    @property
    def heals(self) -> int:
        """How often a candidate is mended at its birth."""
        return self.healing if self.strategy == "genetic" else 0

    @property
    def redrafts(self) -> int | None:
        """How often what is known is drafted anew; None if nobody looks."""
        return self.novelty if self.strategy == "genetic" else None

    @property
    def together(self) -> int:
        """How many births are decided on together, and may go side by side."""
        of_each = self.breeding.population if self.strategy == "genetic" else self.batch
        return self.islands * of_each

    def calls_of(self, birth: Birth[Any]) -> int:
        """Return the most questions that a birth takes, ratings apart."""
        mend = 2 if self.explain else 1
        if birth.mends:
            return mend
        drafts = (len(birth.parents) if self.mend_children else 0) if birth.parents else 1
        return drafts * (1 + (self.redrafts or 0)) + mend * self.heals

    def as_dict(self) -> dict[str, Any]:
        """The settings as they are journalled."""
        return asdict(self)

    @classmethod
    def of(cls, data: dict[str, Any]) -> Settings:
        """Return the settings that `as_dict` made `data` from.

        Raises:
            ValueError: A name is unknown, or a value is of the wrong kind or out of range.
        """
        try:
            return cls(**(data | {"breeding": Breeding(**data.get("breeding", {}))}))
        except TypeError as error:
            raise ValueError(f"settings: {error}") from None
