class Counter:
    """Counts how often it is clicked."""

    def __init__(self) -> None:
        self.clicks = 0

    def click(self) -> int:
        """Count one click, and return how many there were so far."""
        # completion
        self.clicks += 1
        return self.clicks


# tests
counter = Counter()
assert counter.click() == 1
assert counter.click() == 2
assert counter.clicks == 2
