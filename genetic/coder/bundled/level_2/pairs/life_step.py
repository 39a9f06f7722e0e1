Cells = set[tuple[int, int]]


def step(alive: Cells) -> Cells:
    """Return the next generation of Conway's Game of Life.

    A living cell with two or three living neighbours lives on; a dead one with three is born.
    """
    # completion
    neighbours: dict[tuple[int, int], int] = {}
    for x, y in alive:
        for dx in (-1, 0, 1):
            for dy in (-1, 0, 1):
                if (dx, dy) != (0, 0):
                    place = (x + dx, y + dy)
                    neighbours[place] = neighbours.get(place, 0) + 1
    born: Cells = set()
    for place, count in neighbours.items():
        if count == 3 or (count == 2 and place in alive):
            born.add(place)
    return born


# tests
assert step(set()) == set()
assert step({(0, 0)}) == set()
assert step({(0, 1), (1, 1), (2, 1)}) == {(1, 0), (1, 1), (1, 2)}
assert step({(0, 0), (0, 1), (1, 0), (1, 1)}) == {(0, 0), (0, 1), (1, 0), (1, 1)}
