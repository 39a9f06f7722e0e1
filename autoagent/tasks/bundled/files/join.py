"""Two tables joined by a column, with what does not fit told apart."""

from random import Random
from typing import Any

LEVEL = "hard"


def pose(random: Random) -> dict[str, Any]:
    names = words(random, 9)
    known = random.sample(names, 6)
    prices = {name: random.randrange(100, 9999) for name in known}
    orders = [(n, random.choice(names), random.randrange(1, 9)) for n in range(1, 26)]
    random.shuffle(orders)
    header = "order,article,count\n"
    lines = [f"{n},{name},{count}" for n, name, count in orders]
    bill = sorted((n, count * prices[name]) for n, name, count in orders if name in prices)
    odd = sorted(n for n, name, _ in orders if name not in prices)
    return {
        "prompt": "orders.csv has the columns order, article and count; prices.csv has article and "
        "price, the price in cents. Write bill.csv with the header order,euros and a row for each "
        "order whose article has a price, sorted by the number of the order; euros is count times "
        "price, in euros with two decimals, such as 12.50. Finish with the sorted list of the "
        "numbers of all other orders.",
        "files": {
            "orders.csv": header + "\n".join(lines) + "\n",
            "prices.csv": "article,price\n" + "".join(f"{n},{p}\n" for n, p in prices.items()),
        },
        "after": {"bill.csv": "\n".join(["order,euros", *(f"{n},{c / 100:.2f}" for n, c in bill)])},
        "expected": odd,
    }
