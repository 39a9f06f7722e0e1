"""Experts at computing."""

from autoagent.tasks.reference.seen import Seen, expert, seen_first


@expert(r"sum of the decimal digits of (\d+) \*\* (\d+)")
def digit_sum(seen: Seen, base: str, power: str) -> str:
    """Print it, read it, and finish with it."""
    return seen_first(seen, f"print('ANSWER', sum(int(d) for d in str({base} ** {power})))")


@expert(r"prime numbers p with (\d+) <= p < (\d+)")
def prime_sum(seen: Seen, low: str, high: str) -> str:
    """Divide by all smaller numbers up to the root."""
    return seen_first(
        seen,
        f"""
def is_prime(n):
    return n > 1 and all(n % d for d in range(2, int(n ** 0.5) + 1))

print("ANSWER", sum(n for n in range({low}, {high}) if is_prime(n)))""",
    )


@expert(r"each of the letters ([a-z, ]+) occurs in this text:\n([a-z ]+)\n")
def letters(seen: Seen, wanted: str, text: str) -> str:
    """Count them."""
    return seen_first(
        seen,
        f"""
import json
text = {text!r}
print("ANSWER", json.dumps({{c: text.count(c) for c in {wanted.split(", ")!r}}}))""",
    )


@expert(r"numbers from the list (\[.*?\]), none of them twice, that add up to exactly (\d+)")
def subset(seen: Seen, numbers: str, target: str) -> str:
    """Keep one way to each sum that can be reached."""
    return seen_first(
        seen,
        f"""
reached = {{0: []}}
for n in {numbers}:
    for total, chosen in list(reached.items()):
        reached.setdefault(total + n, chosen + [n])
found = reached[{target}]
assert sum(found) == {target} and len(set(found)) == len(found)
print("ANSWER", found)""",
    )


@expert(r"A grid has (\d+) rows.*?are blocked: (\[.*?\])\. How many paths")
def grid_paths(seen: Seen, size: str, blocked: str) -> str:
    """Add up the ways to each cell."""
    return seen_first(
        seen,
        f"""
size, blocked = {size}, {blocked}
ways = {{(0, 0): 1}}
for r in range(size):
    for c in range(size):
        if (r, c) in blocked:
            ways[r, c] = 0
        elif r or c:
            ways[r, c] = ways.get((r - 1, c), 0) + ways.get((r, c - 1), 0)
print("ANSWER", ways[size - 1, size - 1])""",
    )
