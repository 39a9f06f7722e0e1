from collections import OrderedDict


class Cache:
    """Keeps the values that were used last, a bounded number of them."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._values: OrderedDict[str, int] = OrderedDict()

    # completion
    def get(self, key: str) -> int | None:
        """Return a value, which counts as use, or None."""
        if key not in self._values:
            return None
        self._values.move_to_end(key)
        return self._values[key]

    def put(self, key: str, value: int) -> None:
        """Keep a value; the one that was not used for longest goes if there are too many."""
        self._values[key] = value
        self._values.move_to_end(key)
        if len(self._values) > self.size:
            self._values.popitem(last=False)


# tests
cache = Cache(2)
cache.put("a", 1)
cache.put("b", 2)
assert cache.get("a") == 1
cache.put("c", 3)
assert cache.get("b") is None
assert cache.get("a") == 1
assert cache.get("c") == 3
