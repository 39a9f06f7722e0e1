"""What is fuzzed: the policy's judge, and the path of a message from a guest to an event."""

from __future__ import annotations

import ast
import json
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from autoagent.genome import LARGEST_GENOME
from autoagent.host import Idle
from autoagent.journal import Data
from autoagent.life import Death, Heartbeat, Life
from autoagent.llm.framing.query import in_words
from autoagent.organism import extract_code
from autoagent.skills import load_skills
from sandbox.judge import judge
from sandbox.limits import Limits
from sandbox.session import End, Message, Session
from sandbox.verdict import Verdict

CORPUS = Path(__file__).parent / "corpus"
"""What to begin with, and what once showed a fault: a folder for each target."""
PLACE = Path("/dev/shm") if Path("/dev/shm").is_dir() else None
"""Where files cost the least."""
LIMITS = Limits(output_bytes=1 << 16)
SKILLS = load_skills(["clock", "notes"])
END_CAUSES = ("returned", "fuel", "memory", "output", "hang", "trap", "protocol", "worker")


class Saying:
    """A wall whose guest says the given texts, one after another, and then ends.

    Args:
        words: What it says.
        end: What it gives in the end.
    """

    name = "saying"
    build = "none"
    undetermined: tuple[str, ...] = ()
    counts_fuel = True

    def __init__(self, words: Sequence[str], end: End) -> None:
        self.words = list(words)
        self.end = end

    def start(self, argument: str, limits: Limits, *, seed: int, now: float) -> Session:
        """Start the guest."""
        json.loads(argument)
        return self

    @property
    def event(self) -> Message | End:
        """What the guest says now."""
        return Message(self.words[0], 1) if self.words else self.end

    def resume(self, reply: str, *, now: float, refuel: bool = True) -> Message | End:
        """Say the next thing, whatever the reply is."""
        assert isinstance(json.loads(reply), dict)
        self.words.pop(0)
        return self.event

    def close(self) -> None:
        """Say no more."""


def check_judge(text: str) -> Verdict:
    """Fail unless the judge gives a sound verdict on a text, twice the same, and in time."""
    verdict = judge(text)
    assert judge(text) == verdict
    assert Verdict.of(json.loads(json.dumps(verdict.as_list()))) == verdict
    assert verdict.ok == (not verdict.message)
    verdict.message.encode()
    if verdict.ok:
        ast.parse(text)
    assert all(v.kind in ("syntax", "blocked", "harm") for v in verdict.violations)
    assert all(v.line is None or v.line >= 1 for v in verdict.violations)
    judge(text, "eval")
    code = extract_code(text)
    assert code is None or code.strip()
    return verdict


class Writing(Idle):
    """Fails unless what enters can be written down."""

    def record(self, kind: str, data: Data) -> None:
        """Write it as JSON, for nobody."""
        json.dumps(data, allow_nan=False)


def check_messages(words: Sequence[str], end: End, policy: Any = "strict") -> None:
    """Fail unless a life whose guest says `words` goes from heartbeats to a death."""
    life = Life(
        Saying(words, end),
        limits=LIMITS,
        policy=policy,
        on_harm="feedback",
        skills=SKILLS,
        host=Writing(),
    )
    event = life.begin("prompt")
    for _ in range(len(words) + 1):
        assert isinstance(event, Heartbeat | Death)
        said = in_words(event.query) if isinstance(event, Heartbeat) else event.detail
        outcome = event.outcome
        texts = [said, outcome.stdout, outcome.error, *outcome.changed, *outcome.state]
        assert all(type(text) is str for text in texts)
        assert life.alive is isinstance(event, Heartbeat)
        json.dumps([said, outcome.genome, [v.as_dict() for v in outcome.harm]])
        assert sum(map(len, texts)) < 4 * LIMITS.output_bytes + LARGEST_GENOME
        assert life.genome.size <= LARGEST_GENOME
        if isinstance(event, Death):
            return
        event = life.answer("x = 1")
    raise AssertionError("the guest said all that it had to say, and its life goes on")


def fuzz(
    name: str,
    one_input: Callable[[bytes], None],
    words: Iterable[str],
    examples: Iterable[bytes] = (),
) -> None:
    """Fuzz as libFuzzer's arguments, which are this program's, say; a file is tried again.

    Args:
        name: Of the folder in `CORPUS` with what to begin with.
        one_input: Fails where an input shows a fault.
        words: What is worth putting into an input.
        examples: What to begin with, too.
    """
    import atheris

    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder, "corpus")
        corpus.mkdir()
        for number, example in enumerate(examples):
            Path(corpus, str(number)).write_bytes(example)
        dictionary = Path(folder, "words")
        quoted = ("".join(f"\\x{byte:02x}" for byte in said(word)) for word in words)
        dictionary.write_text("".join(f'"{word}"\n' for word in quoted))
        again = any(Path(argument).is_file() for argument in sys.argv[1:])
        known = CORPUS / name
        # By name: in the order of a folder, which is the file system's, one seed would be many.
        seeds = [*sorted(corpus.iterdir()), *(sorted(known.iterdir()) if known.is_dir() else [])]
        listed = Path(folder, "seeds")
        listed.write_text(",".join(map(str, seeds)))
        where = [f"-dict={dictionary}", f"-seed_inputs=@{listed}"]
        atheris.Setup([*sys.argv, *([] if again else where)], one_input)
        atheris.Fuzz()


def said(word: str) -> bytes:
    """Return a word as it is in an input."""
    return word.encode("utf-8", "surrogatepass")
