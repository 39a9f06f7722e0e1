"""Which organisms policies that write can answer."""

from __future__ import annotations

from pathlib import Path

from autoagent.first_genome import FirstGenome, first_genome


def require_code(genome: str | Path | FirstGenome) -> None:
    """Refuse a genome whose organisms hold conversations: an environment tells one text.

    Raises:
        ValueError: They do; a model would be asked otherwise than when it runs as an agent.
    """
    born = first_genome(genome)
    if born.profile.frame != "code":
        raise ValueError(
            f"organisms of the genome {born.name!r} hold conversations, and policies that write "
            "answer one text here, for code; give --genome small, or a file that stands on it "
            "(`autoagent run` takes all)"
        )
