"""What one life may spend between two heartbeats."""

from __future__ import annotations

from dataclasses import dataclass

SMALLEST_MEMORY_MB = 48
"""Below this the interpreter inside the wall cannot even start."""
LARGEST_MEMORY_MB = 4096

LONGEST_WALL_SECONDS = 86_400

FUEL_PER_SECOND = 10**10


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds that a wall enforces on a guest.

    CPU and wall time count only while the guest computes: the time it waits for a reply is
    the host's own.

    Attributes:
        fuel: CPU budget between two replenishing replies, in WebAssembly fuel units (about one
            an instruction; 10**10 is about a second). A wall that cannot count fuel gives a
            second of CPU time for every 10**10 (see `cpu_seconds`).
        memory_mb: Linear memory, in MiB.
        wall_seconds: Wall-clock time the guest may compute without a word.
        output_bytes: Length of what it may print between two heartbeats, and of one message.
    """

    fuel: int = 100_000_000_000
    memory_mb: int = 256
    wall_seconds: float = 30.0
    output_bytes: int = 1 << 20

    def __post_init__(self) -> None:
        """Refuse limits under which nothing could live.

        Raises:
            ValueError: A limit is out of range; the message says which.
        """
        if not 1 <= self.fuel < 1 << 63:
            raise ValueError(f"fuel must be from 1 to 2^63 - 1, got {self.fuel}")
        if not SMALLEST_MEMORY_MB <= self.memory_mb <= LARGEST_MEMORY_MB:
            raise ValueError(
                f"memory_mb must be from {SMALLEST_MEMORY_MB} to {LARGEST_MEMORY_MB}, "
                f"got {self.memory_mb}"
            )
        if not 0 < self.wall_seconds <= LONGEST_WALL_SECONDS:
            raise ValueError(
                f"wall_seconds must be more than 0 and at most {LONGEST_WALL_SECONDS}, "
                f"got {self.wall_seconds}"
            )
        if self.output_bytes < 1:
            raise ValueError(f"output_bytes must be at least 1, got {self.output_bytes}")

    @property
    def cpu_seconds(self) -> float:
        """The fuel in seconds, for walls that count these."""
        return self.fuel / FUEL_PER_SECOND
