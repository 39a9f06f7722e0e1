from typing import Any


def lookup(data: Any, path: str) -> Any:
    """Return what is at a path such as a.0.b in nested dictionaries and lists.

    A path that leads nowhere is a LookupError that says how far it led.

    >>> lookup({"a": [10, 20]}, "a.1")
    20
    """
    # completion
    place = data
    done: list[str] = []
    for part in path.split("."):
        try:
            if isinstance(place, list):
                place = place[int(part)]
            elif isinstance(place, dict):
                place = place[part]
            else:
                raise LookupError(part)
        except (LookupError, ValueError):
            raise LookupError(f"{part} is not in {'.'.join(done) or 'the data'}") from None
        done.append(part)
    return place


# tests
assert lookup({"a": {"b": 1}}, "a.b") == 1
assert lookup([[5]], "0.0") == 5
for wrong in ("a.c", "a.b.c", "x"):
    try:
        lookup({"a": {"b": 1}}, wrong)
    except LookupError as error:
        assert wrong.split(".")[-1] in str(error)
        continue
    raise AssertionError(wrong)
