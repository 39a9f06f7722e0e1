"""What an organism is made of when it is born: one of our genomes, or a file on top of one.

A genome file is Python that is executed in the new organism before its loop begins: definitions,
as `autoagent genome RUN --out FILE` writes them, or a whole class ``AutonomousLLM(Body)``. It may
begin with ``PROFILE = {...}``, which says how a model is asked that answers it.
"""

from __future__ import annotations

import ast
import hashlib
from dataclasses import asdict, dataclass, fields, replace
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

from autoagent.files import read_whole
from autoagent.genome import Genome
from autoagent.known import known
from autoagent.llm import PYTHON, TALK, Frame
from autoagent.organism import GENOMES, genome_source
from autoagent.organism.sources import class_source, methods_in
from sandbox.judge import judge
from sandbox.parsing import parse, statements
from sandbox.rules import ALLOWED_MODULES

LARGEST = 256 * 1024
"""Bytes of a genome file."""
USUAL = "small"
CLASS = "AutonomousLLM"
FrameName = Literal["code", "talk"]
FRAMES: dict[FrameName, Frame] = {"code": PYTHON, "talk": TALK}
BOUNDS: dict[str, tuple[float, float]] = {
    "temperature": (0.0, 10.0),
    "max_tokens": (1, 1 << 20),
    "attempts": (1, 100),
    "memory": (0, 1000),
}


class GenomeError(ValueError):
    """A genome cannot be born."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """How a model is asked by the organisms of a genome.

    Attributes:
        frame: ``code`` asks for one block of code and nothing else; ``talk`` lets it talk.
        temperature: Of sampling.
        max_tokens: The longest answer, if the model has room for it.
        attempts: How often an answer without code, or a repeated one, is asked for again.
        memory: How many recent answers may not be repeated.
    """

    frame: FrameName = "code"
    temperature: float = 0.3
    max_tokens: int = 384
    attempts: int = 3
    memory: int = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstGenome:
    """What an organism is born with.

    Attributes:
        name: What it is called: one of ours, or the file's name.
        base: The text of the class that it is made of.
        text: What is executed on top of that; empty for one of ours.
        profile: How a model is asked.
    """

    name: str
    base: str
    text: str = ""
    profile: Profile = Profile()

    @property
    def hash(self) -> str:
        """Content hash of the texts, 16 hexadecimal digits."""
        return hashlib.sha256(f"{self.base}\0{self.text}".encode()).hexdigest()[:16]

    @property
    def methods(self) -> dict[str, str]:
        """Sources of the methods that its class has."""
        own = class_source([self.text], CLASS) if statements(self.text) else ""
        return methods_in(own or class_source([self.base], CLASS))

    def as_dict(self) -> dict[str, Any]:
        """Return it as a JSON object."""
        return {**asdict(self), "hash": self.hash}

    @classmethod
    def of(cls, data: dict[str, Any]) -> FirstGenome:
        """Return the one that `as_dict` told of."""
        texts = {name: data[name] for name in ("name", "base", "text")}
        return cls(**texts, profile=Profile(**known(Profile, data["profile"])))


def written_out(genome: Genome, first: FirstGenome) -> str:
    """Return the text of a genome file with which a life begins as another one has become.

    It says what is other than in the base that it stands on, and which version of that it is.

    Args:
        genome: The other one's definitions.
        first: What that was born with.
    """
    names = [name for name in GENOMES if _ours(name).base == first.base]
    base = names[0] if names else "capable" if first.profile.frame == "talk" else USUAL
    ours = _ours(base)
    own_class = class_source([first.text], CLASS) if statements(first.text) else ""
    inherited = methods_in(own_class or class_source([ours.base], CLASS))
    own = genome.beyond(inherited)
    gone = [name for name in inherited if names and name not in genome.sources]
    profile = {"base": base, "base_hash": ours.hash, **asdict(first.profile)}
    parts = [
        f"PROFILE = {profile!r}\n",
        "".join(f"import {name}\n" for name in _modules_in(own)),
        own_class,
        "".join(f"{n} = self.{method}\n" for n, method in genome.kept(inherited).items()),
        own.text,
        "".join(f"del type(self).{name}\n" for name in gone),
    ]
    return "\n\n".join(filter(None, parts))


def _modules_in(genome: Genome) -> list[str]:
    """Return the modules that definitions name, and that are not their own.

    They were imported at the top of an answer, which no definition tells of.
    """
    named = {
        node.id
        for text in genome.sources.values()
        for statement in statements(text) or []
        for node in ast.walk(statement)
        if isinstance(node, ast.Name)
    }
    return sorted((named & ALLOWED_MODULES) - genome.sources.keys())


def first_genome(which: str | Path | FirstGenome) -> FirstGenome:
    """Return one of our genomes by its name, or the one in a file.

    Raises:
        GenomeError: There is none of that name, or it cannot be born; the message says why.
    """
    if isinstance(which, FirstGenome):
        return which
    if isinstance(which, str) and which in GENOMES:
        return _ours(which)
    path = Path(which)
    try:
        data = read_whole(path, LARGEST)
    except FileNotFoundError:
        raise GenomeError(
            f"there is no genome {str(which)!r}; give {', '.join(GENOMES)}, or a file"
        ) from None
    except OSError as error:
        raise GenomeError(f"the genome {path} cannot be read: {error.strerror or error}") from None
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise GenomeError(f"the genome {path} is not UTF-8 (byte {error.start})") from None
    return of_text(text, name=path.name)


def of_text(text: str, *, name: str) -> FirstGenome:
    """Return the genome that a text is, on top of one of ours.

    Raises:
        GenomeError: It cannot be born; the message says why.
    """
    if len(text.encode(errors="replace")) > LARGEST:
        raise GenomeError(f"the genome {name} has more than {LARGEST:,} bytes; make it shorter")
    verdict = judge(text)
    if not verdict.ok:
        raise GenomeError(f"the genome {name} is refused: {verdict.message}")
    tree = parse(text)
    if not tree.body:
        raise GenomeError(f"the genome {name} is empty")
    _require_loop(tree, name)
    given = _given_profile(tree, name)
    base, base_hash = given.pop("base", "capable"), given.pop("base_hash", None)
    if base not in GENOMES:
        raise GenomeError(
            f"the genome {name} stands on {base!r}; give one of {', '.join(GENOMES)} as its base"
        )
    ours = _ours(base)
    if base_hash not in (None, ours.hash):
        raise GenomeError(
            f"the genome {name} was made on another version of {base} ({base_hash}, now "
            f"{ours.hash}); take base_hash out of its PROFILE to put it on this one"
        )
    return replace(
        ours, name=name, text=text, profile=_checked(replace(ours.profile, **given), name)
    )


@cache
def _ours(name: str) -> FirstGenome:
    base = genome_source(name)
    return FirstGenome(name=name, base=base, profile=Profile(**_given_profile(parse(base), name)))


def _given_profile(tree: ast.Module, name: str) -> dict[str, Any]:
    """Return what a genome says of its profile."""
    for node in tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id="PROFILE")], value=value):
                try:
                    given = ast.literal_eval(value)
                except (ValueError, TypeError, MemoryError, RecursionError):
                    given = None
                if not isinstance(given, dict):
                    raise GenomeError(f"PROFILE of the genome {name} is no literal dictionary")
                known = ["base", "base_hash", *(field.name for field in fields(Profile))]
                if unknown := [key for key in given if key not in known]:
                    raise GenomeError(
                        f"PROFILE of the genome {name} has an unknown {unknown[0]!r}; "
                        f"known: {', '.join(known)}"
                    )
                return given
    return {}


def _checked(profile: Profile, name: str) -> Profile:
    """Return a profile whose values are allowed."""
    if profile.frame not in get_args(FrameName):
        allowed = " or ".join(get_args(FrameName))
        raise GenomeError(f"frame of the genome {name} is {profile.frame!r}; give {allowed}")
    for field, (least, most) in BOUNDS.items():
        value = getattr(profile, field)
        kinds = (int, float) if field == "temperature" else (int,)
        if type(value) not in kinds or not least <= value <= most:
            raise GenomeError(
                f"{field} of the genome {name} is {value!r}; give a number from {least:g} to "
                f"{most:g}"
            )
    return profile


def _require_loop(tree: ast.Module, name: str) -> None:
    """Raise `GenomeError` for a class of organisms that has no loop."""
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and node.name == CLASS:
            has = {each.name for each in node.body if isinstance(each, ast.FunctionDef)}
            if not any(isinstance(base, ast.Name) and base.id == "Body" for base in node.bases):
                raise GenomeError(
                    f"the class AutonomousLLM of the genome {name} does not inherit Body: "
                    "write `class AutonomousLLM(Body):`"
                )
            if missing := sorted({"__init__", "run"} - has):
                lacks = " and no ".join(missing)
                raise GenomeError(f"the class AutonomousLLM of the genome {name} has no {lacks}")
