from collections import deque

Graph = dict[str, list[str]]


def shortest_path(graph: Graph, start: str, goal: str) -> list[str]:
    """Return the nodes of a shortest path, both ends included; empty if there is none.

    >>> shortest_path({"a": ["b"], "b": ["c"], "c": []}, "a", "c")
    ['a', 'b', 'c']
    """
    # completion
    before: dict[str, str | None] = {start: None}
    waiting = deque([start])
    while waiting:
        node = waiting.popleft()
        if node == goal:
            path = []
            place: str | None = node
            while place is not None:
                path.append(place)
                place = before[place]
            return path[::-1]
        for neighbour in graph.get(node, []):
            if neighbour not in before:
                before[neighbour] = node
                waiting.append(neighbour)
    return []


# tests
graph = {"a": ["b", "c"], "b": ["d"], "c": ["d"], "d": ["e"], "e": [], "f": []}
assert len(shortest_path(graph, "a", "e")) == 4
assert shortest_path(graph, "a", "f") == []
assert shortest_path(graph, "c", "c") == ["c"]
