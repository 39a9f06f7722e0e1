from collections.abc import Callable


def retried(action: Callable[[], int], times: int) -> int:
    """Return what an action gives, trying it again so often if it raises an OSError.

    The last error is raised if every try fails.
    """
    # completion
    for left in reversed(range(times)):
        try:
            return action()
        except OSError:
            if not left:
                raise
    raise ValueError(f"times must be at least 1, got {times}")


# tests
answers = iter([OSError("busy"), OSError("busy"), 7])


def flaky() -> int:
    answer = next(answers)
    if isinstance(answer, OSError):
        raise answer
    return answer


assert retried(flaky, 3) == 7


def broken() -> int:
    raise OSError("gone")


try:
    retried(broken, 2)
except OSError as error:
    assert str(error) == "gone"
else:
    raise AssertionError("the error was lost")
