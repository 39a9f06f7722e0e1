"""What stopped a run decides how it stopped, wherever it was lived."""

import pytest

from autoagent.budget import Limit
from autoagent.death import Stop
from autoagent.ended import Ending
from autoagent.llm import LLMError, LLMUnreachable
from autoagent.meter import Denied, Meter, SuspendedError


@pytest.mark.parametrize(
    ("error", "cause", "limit", "detail"),
    [
        (SuspendedError(None), Stop.PAUSED, None, "paused"),
        (SuspendedError("seconds"), Stop.BUDGET, "seconds", "the budget of seconds is used up"),
        (Denied("tokens"), Stop.BUDGET, "tokens", "the budget of tokens is used up"),
        (LLMUnreachable("no answer"), Stop.UNREACHABLE, None, "no answer"),
        (KeyboardInterrupt(), Stop.PAUSED, None, "interrupted"),
    ],
)
def test_what_is_no_fault_of_the_host_ends_without_an_error(
    error: BaseException, cause: Stop, limit: Limit | None, detail: str
) -> None:
    with Ending(Meter()) as ending:
        raise error
    assert (ending.cause, ending.limit, ending.detail) == (cause, limit, detail)
    assert ending.ended().cause is cause


@pytest.mark.parametrize(
    ("error", "cause", "detail"),
    [
        (LLMError("no such model"), Stop.UNREACHABLE, "no such model"),
        (ValueError("odd"), Stop.FAILED, "odd"),
        (RuntimeError(), Stop.FAILED, "RuntimeError"),
        (SystemExit(), Stop.FAILED, "SystemExit"),
        (GeneratorExit(), Stop.PAUSED, "left by the caller"),
    ],
)
def test_faults_are_raised_on(error: BaseException, cause: Stop, detail: str) -> None:
    ending = Ending(Meter())
    with pytest.raises(type(error)), ending:
        raise error
    assert (ending.cause, ending.detail) == (cause, detail)


@pytest.mark.parametrize("error", [OSError("the wall is gone"), SuspendedError("tokens"), None])
def test_once_killed_a_run_may_fail_as_it_likes(error: Exception | None) -> None:
    meter = Meter()
    with Ending(meter) as ending:
        meter.kill()
        if error is not None:
            raise error
    assert (ending.cause, ending.limit, ending.detail) == (Stop.KILLED, None, "killed")


def test_one_that_comes_to_its_end_says_why() -> None:
    with Ending(Meter()) as ending:
        ending.cause, ending.detail = Stop.PAUSED, "not approved"
    told = ending.ended().as_dict()
    assert (told["cause"], told["limit"], told["detail"]) == ("paused", None, "not approved")
    assert told["spent"]["steps"] == 0
