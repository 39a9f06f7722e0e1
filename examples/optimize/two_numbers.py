"""Minimise x² + y²: `autoagent optimize examples/optimize/two_numbers.py`."""

import json

task = "Find two numbers [x, y] for which x*x + y*y is as small as it can be."
question = "What is the next [x, y] to try, such that its score is higher? Write it as a list."
x0 = "[3, 4]"
max_steps = 10
stop_score = -0.01


def f(text: str) -> tuple[float, str]:
    """Return how small the sum of squares is."""
    x, y = json.loads(text)
    return -(x * x + y * y), f"x*x + y*y is {x * x + y * y}"
