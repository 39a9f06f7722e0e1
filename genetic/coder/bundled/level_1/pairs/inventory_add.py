class Inventory:
    """How many there are of each thing."""

    def __init__(self) -> None:
        self.items: dict[str, int] = {}

    def add(self, name: str, count: int = 1) -> None:
        """Add some of a thing."""
        self.items[name] = self.items.get(name, 0) + count

    def remove(self, name: str, count: int = 1) -> bool:
        """Take some of a thing away, and tell whether there were enough; else change nothing.

        A thing of which nothing is left is not listed any more.
        """
        # completion
        if self.items.get(name, 0) < count:
            return False
        self.items[name] -= count
        if self.items[name] == 0:
            del self.items[name]
        return True


# tests
inventory = Inventory()
inventory.add("nail", 3)
assert inventory.remove("nail", 2)
assert not inventory.remove("nail", 2)
assert inventory.items == {"nail": 1}
assert inventory.remove("nail")
assert inventory.items == {}
assert not inventory.remove("screw")
