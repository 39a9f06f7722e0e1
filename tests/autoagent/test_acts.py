"""Calls that act on the world are never made twice, whatever cuts a run off."""

from pathlib import Path

from autoagent import AutonomousLLM, Budget
from autoagent.journal import Journal
from autoagent.life import Life
from autoagent.meter import SuspendedError
from autoagent.past import UNKNOWN, Past
from autoagent.replay import Recalling, relive
from sandbox.session import Sandbox

TRY = """
for what in ("one", "two"):
    try:
        print(self.use("post", what=what))
    except RuntimeError as error:
        print(error)
"""


def test_a_call_that_was_cut_off_is_not_made_again(wall: Sandbox, db: Path) -> None:
    posted: list[str] = []

    def post(what: str) -> str:
        posted.append(what)
        if len(posted) == 2:
            raise SuspendedError(None)  # as if the program ended here
        return f"posted {what}"

    answers = iter([TRY, "print('and on')"])
    with AutonomousLLM(lambda query: next(answers), sandbox=wall, db=db, skills=[post]) as agent:
        assert list(agent.run("Post")) == []
        run = agent.run_id or ""
    with AutonomousLLM.resume(
        run, llm=lambda query: next(answers), sandbox=wall, db=db, skills=[post]
    ) as agent:
        steps = list(agent.run(budget=Budget(steps=2)))
    assert steps[0].stdout == f"posted one\n{UNKNOWN}\n"
    assert steps[1].stdout == "and on\n"
    assert posted == ["one", "two"]

    # and it is lived again without anybody being asked
    journal = Journal(db, read_only=True)
    kinds = [event.kind for event in journal.events(run)]
    assert kinds.count("act") == kinds.count("skill") == 2
    past = Past.of(journal, run)
    journal.close()
    life = Life(wall, host=Recalling(past))
    assert all(not relived.differences for relived in relive(life, past, wall))
    life.close()
    assert posted == ["one", "two"]
