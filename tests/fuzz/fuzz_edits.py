"""Fuzz the edits that an environment makes to an organism: ``python -m tests.fuzz.fuzz_edits``.

An input is a life's code, chosen among definitions of each kind and edits of the environment, and
the hits that strike it meanwhile. Arguments are libFuzzer's.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import atheris

with atheris.instrument_imports(include=["autoagent.organism", "autoagent.effects", "env.edits"]):
    from autoagent.effects import Effects, Hit
    from autoagent.events import EFFECTS
    from autoagent.genome import Genome
    from autoagent.organism import genome_source, primitives, world
    from autoagent.organism.damage import mutated
    from env.edits.vocabulary import Edit, source
    from sandbox.judge import judge
    from tests.fuzz.targets import fuzz

TEXTS = (
    "def f(x):\n    return x\n",
    "def g(self):\n    return self.f(1)\n",
    "async def h(self):\n    return 1\n",
    "class C:\n    def m(self):\n        return [self]\n",
    "class D:\n    pass\nself.d = D()\n",
    "l = lambda x: (x,\n  1)\n",
    "self.l = lambda: 'a'\n",
    "@property\ndef p(self):\n    return 1\nself.__class__.p = p\n",
    "@staticmethod\ndef s(x):\n    return x\n",
    "@classmethod\ndef c(cls):\n    return cls\n",
    "def o():\n    def inner(a, *b, c='é', **d):\n        return a\n    return inner\nt = o()\n",
    "self.f = f\nu = self.g\n",
    "del f\n",
    "f = 5\n",
)
GENOME, FINE = genome_source(), judge(genome_source())
DOORS = {n: value for n, value in world.world.primitives.items() if n not in ("exec", "Body")}
NAMES = [
    "f",
    "g",
    "h",
    "C",
    "l",
    "p",
    "s",
    "c",
    "t",
    "u",
    "step",
    "execute_code",
    "run",
    "call_llm",
]
NAMES += ["__init__", "self", "d", ""]


def one_input(data: bytes) -> None:
    """Let a life execute code and be struck, some times in turn; nothing of it escapes."""
    choices = atheris.FuzzedDataProvider(data)
    organism = born("open" if choices.ConsumeBool() else "strict")
    genome = Genome().changed(reported(organism))
    for number in range(choices.ConsumeIntInRange(1, 8)):
        with suppress(Exception):  # which is feedback to whoever wrote the code
            organism.execute(executed(choices, number))
        effects = Effects(hits=tuple(hits(choices)))
        entered = json.loads(json.dumps(effects.as_dict()))
        assert EFFECTS(entered)
        organism.damage.hits = entered["hits"]
        organism.damage.strike()
        assert not organism.damage.hits
        genome = genome.changed(reported(organism))
        assert {*genome.sources} == {*organism.definitions.all()}


def born(policy: str) -> world.World:
    """Return a new world with an organism in it; the modules' functions mean this one."""
    world.world = primitives.world = new = world.World()
    new.offer(primitives.Body, **DOORS)
    new.judged = GENOME, FINE  # or else it would be judged each time
    new.host = lambda message: json.dumps({"verdict": judge(json.loads(message)["code"]).as_list()})
    new.be_born("task", {"base": GENOME, "text": ""})
    new.policy = policy
    return new


def executed(choices: atheris.FuzzedDataProvider, number: int) -> str:
    """Return an edit of the environment, whose source is what it must be, or another text."""
    if choices.ConsumeBool():
        return str(choices.PickValueInList(list(TEXTS)))
    edit = Edit(choices.ConsumeIntInRange(0, len(Edit) - 1))
    text = source(edit, number)
    ast.parse(text)
    assert bool(judge(text).harm) is (edit is Edit.HARM)
    return "pass" if edit is Edit.HARM else text


def hits(choices: atheris.FuzzedDataProvider) -> Iterator[Hit]:
    """Yield hits on what may be there."""
    for _ in range(choices.ConsumeIntInRange(0, 4)):
        name = choices.PickValueInList(NAMES)
        at, character = choices.ConsumeIntInRange(0, 1 << 40), choices.ConsumeUnicode(1) or "("
        assert len(mutated(name or "x", at, character)) == len(name or "x")
        yield Hit(name, at, character)


def reported(organism: world.World) -> dict[str, Any]:
    """Return what changed, as it would reach the host."""
    changes = organism.definitions.changes()
    assert all(source is None or type(source) is str for source in changes.values())
    return dict(json.loads(json.dumps(changes)))


def main() -> None:
    """Fuzz, beginning with the corpus."""
    fuzz("edits", one_input, ["def ", "self", "(", ")", "\n", "#", "'", ":", "=", "\ud800"])


if __name__ == "__main__":
    main()
