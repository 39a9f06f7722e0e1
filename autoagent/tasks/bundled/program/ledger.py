"""A program in a file, which reads commands and writes balances."""

from random import Random
from typing import Any

LEVEL = "medium"


def pose(random: Random) -> dict[str, Any]:
    fee = random.randrange(1, 9)
    names = words(random, 4)
    one, other, third, _ = names
    bounds = [f"pay {one} 30", f"take {one} {30 - fee}", f"take {other} 1"]
    bounds += [f"pay {third} 30", f"take {third} {31 - fee}"]
    cases = []
    for lines in (bounds, *([line(random, names) for _ in range(count)] for count in (3, 8, 20))):
        cases.append(["\n".join(lines) + "\n", balances(lines, fee)])
    return {
        "prompt": "Write a program into the file main.py of your working folder. It reads lines "
        "from standard input: 'pay NAME N' adds N to the account of NAME, 'take NAME N' takes N "
        f"and a fee of {fee} from it, unless less than N + {fee} is there: then nothing happens. "
        "Accounts begin with 0 when they are first named, also by a 'take'. At the end it prints a "
        "line 'NAME BALANCE' for each account, sorted by name. When it is written and you have "
        "tried its parts, finish with 'main.py'.",
        "program": "main.py",
        "expected": "main.py",
        "cases": cases,
    }


def line(random: Random, names: list[str]) -> str:
    return f"{random.choice(['pay', 'take'])} {random.choice(names)} {random.randrange(1, 60)}"


def balances(lines: list[str], fee: int) -> str:
    accounts: dict[str, int] = {}
    for each in lines:
        word, name, amount = each.split()
        balance = accounts.setdefault(name, 0)
        if word == "pay":
            accounts[name] = balance + int(amount)
        elif balance >= int(amount) + fee:
            accounts[name] = balance - int(amount) - fee
    return "\n".join(f"{name} {accounts[name]}" for name in sorted(accounts))
