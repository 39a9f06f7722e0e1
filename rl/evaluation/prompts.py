"""What organisms begin with when policies are compared: many prompts, none of them tuned for."""

PROMPTS = (
    "Write small functions, each one new.",
    "Define a function called hello_world.",
    "Make a calculator, one operation at a time.",
    "Keep a diary: remember something new in each step.",
    "Write functions that work with words.",
    "Collect facts about numbers.",
    "Be a poet who writes in Python.",
    "Build a small shop: goods, prices, a bill.",
    "Explore your own methods and print what you find.",
    "Simulate a garden that grows in each step.",
    "Convert units: lengths, weights, temperatures.",
    "Teach yourself to sort and to search.",
    "Play with dates and times.",
    "Invent a game for one player.",
    "Count things in texts.",
    "Draw pictures out of characters.",
)
