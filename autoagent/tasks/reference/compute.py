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


@expert(r"n with 1 <= n < (\d+) are multiples of (\d+) or of (\d+)")
def multiples(seen: Seen, limit: str, a: str, b: str) -> str:
    """Count them."""
    code = f"sum((n % {a} == 0) != (n % {b} == 0) for n in range(1, {limit}))"
    return seen_first(seen, f"print('ANSWER', {code})")


@expert(r"Which start n with (\d+) <= n < (\d+) takes the most steps")
def collatz(seen: Seen, low: str, high: str) -> str:
    """Follow each sequence."""
    return seen_first(
        seen,
        f"""
def steps(n):
    count = 0
    while n != 1:
        n = n // 2 if n % 2 == 0 else 3 * n + 1
        count += 1
    return count

best = max(range({low}, {high}), key=lambda n: (steps(n), -n))
print("ANSWER", [best, steps(best)])""",
    )


@expert(r"day (\d+) of a month a (\w+), from January (\d+) to December (\d+)")
def fridays(seen: Seen, day: str, name: str, first: str, last: str) -> str:
    """Ask the calendar."""
    return seen_first(
        seen,
        f"""
import datetime
names = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
days = [datetime.date(y, m, {day}) for y in range({first}, {last} + 1) for m in range(1, 13)]
print("ANSWER", sum(names[d.weekday()] == "{name}" for d in days))""",
    )


@expert(
    r"f\(n\) = (\d+) \* f\(n-1\) \+ (\d+) \* f\(n-2\) \+ (\d+) \* f\(n-3\).*?"
    r"What is f\((\d+)\) modulo (\d+)\?"
)
def recurrence(seen: Seen, a: str, b: str, c: str, n: str, m: str) -> str:
    """Square matrices, and hold the result against the first terms."""
    return seen_first(
        seen,
        f"""
M = {m}

def times(x, y):
    return [[sum(x[i][k] * y[k][j] for k in range(3)) % M for j in range(3)] for i in range(3)]

def f(n):
    power, result = [[{a}, {b}, {c}], [1, 0, 0], [0, 1, 0]], [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
    while n:
        if n % 2:
            result = times(result, power)
        power, n = times(power, power), n // 2
    return (result[2][0] * 2 + result[2][1]) % M

slow = [0, 1, 2]
for k in range(3, 30):
    slow.append(({a} * slow[-1] + {b} * slow[-2] + {c} * slow[-3]) % M)
assert [f(k) for k in range(30)] == slow
print("ANSWER", f({n}))""",
    )


@expert(r"Fill in this Sudoku.*?once\.\n((?:[\d.]{9}\n){9})Finish")
def sudoku(seen: Seen, rows: str) -> str:
    """Fill in first where there is the least choice."""
    return seen_first(
        seen,
        f"""
import json
cells = {{(r, c): s for r, row in enumerate({rows.split()!r}) for c, s in enumerate(row)}}

def choices(r, c):
    block = [(r // 3 * 3 + i, c // 3 * 3 + j) for i in range(3) for j in range(3)]
    near = [(r, i) for i in range(9)] + [(i, c) for i in range(9)] + block
    return set("123456789") - {{cells[each] for each in near}}

def fill():
    empty = [cell for cell in cells if cells[cell] == "."]
    if not empty:
        return True
    r, c = min(empty, key=lambda cell: len(choices(*cell)))
    for digit in sorted(choices(r, c)):
        cells[r, c] = digit
        if fill():
            return True
    cells[r, c] = "."
    return False

assert fill()
print("ANSWER", json.dumps(["".join(cells[r, c] for c in range(9)) for r in range(9)]))""",
    )


@expert(
    r"lengths of the roads between towns: (.*?)\. How long is the shortest round trip from (\w+)"
)
def tour(seen: Seen, roads: str, first: str) -> str:
    """Try all ways."""
    return seen_first(
        seen,
        f"""
import itertools, re
roads = {{}}
for a, b, length in re.findall(r"(\\w+)-(\\w+) (\\d+)", {roads!r}):
    roads[a, b] = roads[b, a] = int(length)
others = sorted({{a for a, b in roads}} - {{{first!r}}})
trips = ([{first!r}, *way, {first!r}] for way in itertools.permutations(others))
print("ANSWER", min(sum(roads[pair] for pair in zip(t, t[1:])) for t in trips))""",
    )


@expert(r"items as \(weight, value\): (\[.*?\])\. .*?at most (\d+) items .*?at most (\d+)\?")
def knapsack(seen: Seen, items: str, most: str, room: str) -> str:
    """Keep the best value for each count and weight."""
    return seen_first(
        seen,
        f"""
best = {{(0, 0): 0}}
for weight, value in {items}:
    for (count, used), total in list(best.items()):
        key = (count + 1, used + weight)
        if key[0] <= {most} and key[1] <= {room}:
            best[key] = max(best.get(key, 0), total + value)
print("ANSWER", max(best.values()))""",
    )
