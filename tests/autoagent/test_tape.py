import pytest

from autoagent.tape import DivergedError, Tape

REPLY = ("reply", {"text": "x = 1", "verdict": [], "now": 5.0})
SKILL = ("skill", {"name": "clock", "input": {}, "output": 3, "now": 6.0})


def test_what_entered_is_fed_in_its_order() -> None:
    tape = Tape([REPLY])
    tape.add(*SKILL)
    assert tape.answers() == ["x = 1"]
    assert tape.recall("reply", {"text": "x = 1"}) == REPLY[1]
    assert tape
    assert tape.recall("skill", {"name": "clock", "input": {}}) == SKILL[1]
    assert not tape
    tape.require_empty()
    assert tape.recall("judge", {}) is None


@pytest.mark.parametrize(
    ("kind", "asked"),
    [("skill", {"text": "x = 1"}), ("reply", {"text": "x = 2"}), ("reply", {"name": "clock"})],
)
def test_another_question_is_another_life(kind: str, asked: dict[str, str]) -> None:
    tape = Tape([REPLY])
    with pytest.raises(DivergedError, match=r"then it asked for reply text='x = 1', verdict=\[\]"):
        tape.recall(kind, asked)
    assert tape, "nothing was fed"


def test_after_a_complete_tape_nothing_may_be_asked_for() -> None:
    with pytest.raises(DivergedError, match="nothing more, now for skill name='clock'"):
        Tape(complete=True).recall("skill", {"name": "clock"})


def test_what_is_left_is_told() -> None:
    with pytest.raises(DivergedError, match="then it asked for skill name='clock'"):
        Tape([SKILL]).require_empty()


def test_what_is_told_is_short() -> None:
    with pytest.raises(DivergedError) as told:
        Tape([("reply", {"text": "x" * 10_000})]).require_empty()
    assert len(str(told.value)) < 500
