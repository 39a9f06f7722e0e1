"""What an environment does to an organism, below it: news and damage."""

from typing import Any

import pytest

from autoagent.death import Cause
from autoagent.effects import NONE, Effects, Hit
from autoagent.host import Host
from autoagent.life import Death, Heartbeat, Life
from sandbox.session import Sandbox
from tests.hosts import Keeping


def born(wall: Sandbox, host: Host | None = None, **settings: Any) -> Life:
    life = Life(wall, host=host or Keeping(), **settings)
    life.begin("Sing")
    return life


def hit(life: Life, name: str, character: str, before: str) -> Effects:
    """Put a character in the place of the last one of a piece of a definition."""
    at = life.genome.sources[name].index(before) + len(before) - 1
    return Effects(hits=(Hit(name, at, character),))


def test_a_new_task_is_there_from_this_answer_on(wall: Sandbox) -> None:
    life = born(wall)
    event = life.answer("print(self.task)", Effects(task="Dance"))
    assert event.outcome.stdout == "Dance\n"
    assert isinstance(event, Heartbeat)
    assert "Dance" in event.query
    life.close()


def test_damage_shows_before_it_is_used(wall: Sandbox) -> None:
    life = born(wall)
    event = life.answer("print(self.source('use')[:3])", hit(life, "use", "x", "def"))
    assert event.outcome.stdout == "def\n"  # it strikes while the organism waits
    assert event.outcome.changed == ("use",)
    assert life.genome.sources["use"].startswith("dex use(")
    life.close()


def test_most_damage_is_neutral(wall: Sandbox) -> None:
    life = born(wall)
    life.answer("pass", hit(life, "step", "?", '"""One'))
    assert '"""On?' in life.genome.sources["step"]
    assert isinstance(life.answer("print(1)"), Heartbeat)
    life.close()


def test_a_name_can_get_lost(wall: Sandbox) -> None:
    life = born(wall)
    life.answer("pass", hit(life, "use", "y", "def use"))
    assert "use" not in life.genome.sources
    assert life.genome.sources["usy"].startswith("def usy(self")
    life.answer("print(self.usy)")
    event = life.answer("self.use('clock')")
    assert "no attribute 'use'" in event.outcome.error
    life.close()


def test_functions_of_its_own_are_hit_too(wall: Sandbox) -> None:
    life = born(wall)
    life.answer("def f(x):\n    return x + 1")
    life.answer("print(f(1))", hit(life, "f", "2", "+ 1"))
    assert life.answer("print(f(1), self.f(1))").outcome.stdout == "3 3\n"
    life.answer("pass", hit(life, "f", "(", "+ 2"))
    assert "damaged: SyntaxError" in life.answer("f(1)").outcome.error
    assert life.answer("def f(x):\n    return 'whole'\nprint(f(1))").outcome.stdout == "whole\n"
    life.close()


def test_a_property_stays_one_when_it_breaks(wall: Sandbox) -> None:
    life = born(wall)
    life.answer("pass", hit(life, "state", "x", "return"))
    assert "damaged" in life.answer("self.state").outcome.error
    assert "damaged" in life.answer("self.state").outcome.error
    life.close()


def test_damage_that_the_policy_would_refuse_only_breaks(wall: Sandbox) -> None:
    life = born(wall)
    life.answer("def g():\n    return g._xglobals__")
    event = life.answer("pass", hit(life, "g", "_", "g._x"))
    assert "g.__globals__" in life.genome.sources["g"]
    assert isinstance(event, Heartbeat)  # nobody is to blame
    assert event.outcome.harm == ()
    assert "damaged" in life.answer("g()").outcome.error
    life.close()


def test_hits_on_what_is_not_there_do_nothing(wall: Sandbox) -> None:
    life = born(wall)
    event = life.answer("x = 1", Effects(hits=(Hit("nothing", 5, "x"), Hit("x", 0, "y"))))
    assert event.outcome.changed == ()
    assert life.answer("print(x)").outcome.stdout == "1\n"
    life.close()


def test_places_are_counted_around_the_end(wall: Sandbox) -> None:
    life = born(wall)
    length = len(life.genome.sources["use"])
    life.answer("pass", Effects(hits=(Hit("use", length * 1000, "?"),)))
    assert life.genome.sources["use"].startswith("?ef use")
    life.close()


def test_a_broken_loop_is_death_unless_the_answer_repairs_it(wall: Sandbox) -> None:
    doomed, saved = born(wall), born(wall)
    for life in (doomed, saved):
        life.answer("pass", hit(life, "step", "?", "d"))
    assert isinstance(doomed.answer("pass"), Death)
    assert isinstance(saved.answer("exec('d' + self.source('step')[1:])"), Heartbeat)
    saved.close()


def test_under_the_open_policy_damage_is_the_same(wall: Sandbox) -> None:
    life = born(wall, policy="open")
    life.answer("pass", hit(life, "use", "?", "d"))
    assert "damaged" in life.answer("self.use('clock')").outcome.error
    life.close()


def test_effects_enter_with_the_reply_and_are_recalled(wall: Sandbox) -> None:
    host = Keeping()
    life = born(wall, host)
    effects = Effects(task="Dance", hits=hit(life, "use", "?", "d").hits)
    life.answer("x = 1", effects)
    life.answer("x = 2")
    genome = life.genome
    life.close()
    replies = [data for kind, data in host.entered if kind == "reply"]
    assert replies[0]["effects"] == effects.as_dict()
    assert "effects" not in replies[1]

    again = born(wall, Keeping(past=host.entered))
    again.answer("x = 1")  # whoever lives it again need not know of the effects
    event = again.answer("x = 2", NONE)
    assert again.genome.hash == genome.hash
    assert isinstance(event, Heartbeat)
    assert "Dance" in event.query
    again.close()


def test_a_hazard_can_end_a_life(wall: Sandbox) -> None:
    life = born(wall)
    life.answer("print('last words')")
    death = life.starve("no energy is left")
    assert (death.cause, death.detail) == (Cause.STARVED, "no energy is left")
    assert death.outcome.stdout == "last words\n"
    assert not life.alive
    with pytest.raises(RuntimeError, match="cannot starve"):
        life.starve("again")
