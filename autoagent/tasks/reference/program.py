"""Experts at building: they test what they have written, and hand over what passed."""

import re

from autoagent.tasks.reference.seen import Seen, expert


def tested(seen: Seen, source: str, tests: str) -> str:
    """Keep a source under a name and test it; finish with it once the tests are seen to pass.

    Args:
        seen: The query.
        source: The source.
        tests: Statements that fail where it is wrong.
    """
    if seen.printed("TESTS") == "passed" and seen.has("SOURCE"):
        return "self.finish(SOURCE)"
    return f"SOURCE = r'''{source}'''\nexec(SOURCE)\n{tests}\nprint('TESTS passed')"


@expert(r"a function (roman_\w+)\(value\)\. Given an int")
def roman(seen: Seen, name: str) -> str:
    """Build it from the values of the numerals."""
    source = f"""
PARTS = [(1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"),
         (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")]

def {name}(value):
    result = "" if isinstance(value, int) else 0
    for number, letters in PARTS:
        if isinstance(value, int):
            result += letters * (value // number)
            value %= number
        else:
            while value.startswith(letters):
                result += number
                value = value[len(letters):]
    return result
"""
    return tested(seen, source, f"assert all({name}({name}(n)) == n for n in range(1, 4000))")


@expert(r"Take the alphabet '([a-z]{26})', which is circular")
def cipher(seen: Seen, alphabet: str) -> str:
    """Look each letter up."""
    source = f"""
ALPHABET = "{alphabet}"

def shift(text, key):
    turned = {{c: ALPHABET[(i + key) % 26] for i, c in enumerate(ALPHABET)}}
    return "".join(turned.get(c, c) for c in text)
"""
    return tested(seen, source, "assert shift(shift('Ab, c!', 30), -30) == 'Ab, c!'")


@expert(r"This program fails:\n\n```python\n(.*?)print\(total\(orders\)\)\n```.*?costs (\d+)\.")
def repair(seen: Seen, program: str, price: str) -> str:
    """Run it, read in the traceback what is missing, and run it with that."""
    if found := seen.printed("ANSWER"):
        return f"self.finish({found})"
    missing = seen.failed("KeyError")
    if missing is None or not re.fullmatch(r"'\w+'", missing):
        return f"{program}print(total(orders))"
    return (
        f"prices[{missing}] = {price}\n"
        f"print('ANSWER', {{'missing': {missing}, 'total': total(orders)}})"
    )


@expert(r"Each run of (\d+) or more equal letters .*? the sign (\S) and the length")
def runs(seen: Seen, least: str, mark: str) -> str:
    """Group the letters."""
    source = f"""
from itertools import groupby

def pack(text):
    packed = ""
    for letter, run in groupby(text):
        length = len(list(run))
        packed += letter + "{mark}" + str(length) if length >= {least} else letter * length
    return packed
"""
    return tested(seen, source, f"assert pack('aaaaaaaab') == 'a{mark}8b' and pack('') == ''")


@expert(r"a function merge\(intervals\).*?starts at most (\d+) after the end")
def intervals(seen: Seen, gap: str) -> str:
    """Sort them, and join neighbours."""
    source = f"""
def merge(intervals):
    merged = []
    for start, end in sorted(intervals):
        if merged and start - merged[-1][1] <= {gap}:
            merged[-1][1] = max(end, merged[-1][1])
        else:
            merged.append([start, end])
    return merged
"""
    tests = "assert merge([]) == [] and merge([[5, 6], [0, 9]]) == [[0, 9]]"
    return tested(seen, source, tests)


@expert(r"'pay NAME N' adds N .*? a fee of (\d+) from it")
def ledger(seen: Seen, fee: str) -> str:
    """Write the file with a function that is tried first."""
    if seen.printed("TESTS") == "passed":
        return "self.finish('main.py')"
    return f"""
SOURCE = '''
import sys

def balances(lines):
    accounts = {{}}
    for line in lines:
        word, name, amount = line.split()
        balance, amount = accounts.setdefault(name, 0), int(amount)
        if word == "pay":
            accounts[name] = balance + amount
        elif balance >= amount + {fee}:
            accounts[name] = balance - amount - {fee}
    return accounts
'''
exec(SOURCE)
assert balances(["pay a 50", "take a 10", "take b 1"]) == {{"a": 40 - {fee}, "b": 0}}
MAIN = '''
for name, balance in sorted(balances(sys.stdin.read().splitlines()).items()):
    print(name, balance)
'''
with open("main.py", "w") as file:
    file.write(SOURCE + MAIN)
compile(open("main.py").read(), "main.py", "exec")
print("TESTS passed")"""


@expert(
    r"'(\w+) N' pushes the whole number N; (\w+) replaces .*? by their sum, (\w+) by their "
    r"product; (\w+) exchanges them; (\w+) pushes the topmost one again; (\w+) takes it away; "
    r"'(\w+) N' takes"
)
def machine(
    seen: Seen, push: str, add: str, times: str, swap: str, copy: str, drop: str, back: str
) -> str:
    """Execute line by line."""
    source = f"""
NEEDS = {{"{push}": 0, "{copy}": 1, "{drop}": 1, "{back}": 1}}
NEEDS |= dict.fromkeys(["{add}", "{times}", "{swap}"], 2)

def run(lines):
    stack, at = [], 0
    while at < len(lines):
        word, *rest = lines[at].split()
        at += 1
        if len(stack) < NEEDS[word]:
            continue
        if word == "{push}":
            stack.append(int(rest[0]))
        elif word == "{add}":
            stack.append(stack.pop() + stack.pop())
        elif word == "{times}":
            stack.append(stack.pop() * stack.pop())
        elif word == "{swap}":
            stack[-1], stack[-2] = stack[-2], stack[-1]
        elif word == "{copy}":
            stack.append(stack[-1])
        elif stack.pop() and word == "{back}":
            at -= 1 + int(rest[0])
    return stack
"""
    tests = f"""assert run(["{push} 2", "{push} 3", "{add}", "{copy}", "{times}"]) == [25]
assert run(["{add}", "{push} 4", "{push} 3", "{swap}", "{drop}"]) == [3]
count = ["{push} 5", "{push} -1", "{add}", "{copy}", "{back} 3"]
assert run(count) == [0]"""
    return tested(seen, source, tests)


@expert(
    r"In a pattern (\S) stands for exactly one character, (\S) for any .*?, and (\S) for one or"
)
def wildcards(seen: Seen, any_one: str, any_many: str, digits: str) -> str:
    """Keep the set of places in the pattern that can be reached."""
    source = f"""
def match(pattern, text):
    def skip(places):
        for place in sorted(places):
            while place < len(pattern) and pattern[place] == "{any_many}":
                place += 1
                places.add(place)
        return places

    places = skip({{0}})
    for c in text:
        after = set()
        for place in places:
            sign = pattern[place] if place < len(pattern) else None
            if sign == "{any_many}":
                after.add(place)
            elif sign == "{digits}":
                after |= {{place, place + 1}} if c in "0123456789" else set()
            elif sign in ("{any_one}", c):
                after.add(place + 1)
        places = skip(after)
    return len(pattern) in places
"""
    tests = f"""assert match("a{any_many}", "a") and match("{digits}b", "123b")
assert not match("{any_one}", "") and not match("{digits}", "1a") and match("{any_many}", "")"""
    return tested(seen, source, tests)


@expert(r"not as usual: (\S) binds strongest, then (\S), and (\S) weakest")
def calculator(seen: Seen, first: str, second: str, third: str) -> str:
    """Descend from the weakest operator to the strongest."""
    source = f"""
import re

ORDER = "{first}{second}{third}"

def value(text):
    signs = re.findall(r"[0-9]+|[-+*()]", text)

    def level(n):
        if n < 0:
            sign = signs.pop(0)
            if sign != "(":
                return int(sign)
            inside = level(2)
            signs.pop(0)
            return inside
        left = level(n - 1)
        while signs and signs[0] == ORDER[n]:
            signs.pop(0)
            right = level(n - 1)
            left = {{"+": left + right, "-": left - right, "*": left * right}}[ORDER[n]]
        return left

    return level(2)
"""
    strong = f"assert value('2 {first} 3 {second} 4') == value('(2 {first} 3) {second} 4')"
    weak = f"assert value('2 {third} 3 {second} 4') == value('2 {third} (3 {second} 4)')"
    return tested(seen, source, f"{strong}\n{weak}\nassert value(' ( 7 ) ') == 7")


@expert(r"```python\n(boxes = .*?)print\(sum\(volume\(box\) for box in boxes\)\)\n```")
def repair_chain(seen: Seen, program: str) -> str:
    """Run it, and mend what the traceback names, one after the other."""
    if found := seen.printed("ANSWER"):
        return f"self.finish({found})"
    if not seen.has("mended"):
        return f"{program}mended = {{}}\nprint(sum(volume(box) for box in boxes))"
    if "invalid literal for int() with base 10: '" in seen.last:
        mend = """for box in boxes:
    for name, size in box.items():
        box[name] = int(str(size).removesuffix(" cm"))"""
    elif missing := seen.failed("KeyError"):
        mend = f"""names = set(boxes[0]) if {missing} in boxes[0] else set(boxes[1])
for box in boxes:
    for name in set(box) - names:
        mended["field"] = name
        box[{missing}] = box.pop(name)"""
    else:
        return "print(sum(volume(box) for box in boxes))"
    return f"""{mend}
mended["total"] = sum(volume(box) for box in boxes)
print("ANSWER", mended)"""
