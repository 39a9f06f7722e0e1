"""Functions of which the mending of bugs is learnt: none is a parity, a quadratic, or near them."""

from __future__ import annotations

import ast

FUNCTIONS = """
the area of a rectangle
def area(width, height):
    return width * height

the perimeter of a square
def perimeter(side):
    return 4 * side

half of a number
def half(number):
    return number / 2

the mean of two numbers
def middle(low, high):
    total = low + high
    return total / 2

the difference of two numbers, never negative
def distance(p1, p2):
    return abs(p1 - p2)

how much larger the largest of a list is than the smallest
def spread(values):
    return max(values) - min(values)

the larger of two numbers
def larger(first, second):
    if first > second:
        return first
    return second

the smallest of three numbers
def smallest(n1, n2, n3):
    best = n1
    if n2 < best:
        best = n2
    if n3 < best:
        best = n3
    return best

the number, but at least low and at most high
def clamp(value, low, high):
    if value < low:
        return low
    if value > high:
        return high
    return value

-1, 0 or 1, as a number is negative, zero or positive
def sign(number):
    if number < 0:
        return -1
    if number > 0:
        return 1
    return 0

whether a number lies between two others
def between(low, number, high):
    return low <= number and number <= high

whether three sides are all equal
def equilateral(s1, s2, s3):
    return s1 == s2 and s2 == s3

whether none of three switches is on
def all_off(k1, k2, k3):
    return not (k1 or k2 or k3)

whether two of two keys are turned
def both(left, right):
    return left and right

how often an item is in a list
def occurrences(items, wanted):
    count = 0
    for item in items:
        if item == wanted:
            count += 1
    return count

the product of all numbers of a list
def product(numbers):
    result = 1
    for number in numbers:
        result *= number
    return result

the factorial of a number
def factorial(n):
    result = 1
    while n > 1:
        result *= n
        n -= 1
    return result

the greatest common divisor of two numbers
def gcd(m, n):
    while n:
        m, n = n, m % n
    return m

how many digits a number has
def digits(number):
    count = 1
    while number >= 10:
        number //= 10
        count += 1
    return count

the last digit of a number
def last_digit(number):
    return number % 10

the minutes of so many seconds, rounded down
def minutes(seconds):
    return seconds // 60

the speed over a distance and a time
def speed(metres, seconds):
    return metres / seconds

the volume of a box
def volume(d1, d2, d3):
    base = d1 * d2
    return base * d3

the slope of a line through two points
def slope(x1, y1, x2, y2):
    rise = y2 - y1
    run = x2 - x1
    return rise / run

the text twice, one behind the other
def doubled(text):
    return text + text

the first letter of a text
def initial(text):
    return text[0]

the last item of a list
def last(items):
    return items[len(items) - 1]

the text from its end to its beginning
def reverse(text):
    result = ""
    for letter in text:
        result = letter + result
    return result

whether a text reads the same from its end
def palindrome(text):
    return text == text[::-1]

how many vowels a text has
def vowels(text):
    count = 0
    for letter in text:
        if letter in "aeiou":
            count += 1
    return count

the two texts joined by a comma
def joined(text1, text2):
    return ",".join([text1, text2])

the longer of two texts
def longer(text1, text2):
    if len(text1) >= len(text2):
        return text1
    return text2

the numbers of a list that are positive
def positives(numbers):
    return [number for number in numbers if number > 0]

each number of a list doubled
def twice(numbers):
    return [number * 2 for number in numbers]

the place of an item in a list, or -1
def position(items, wanted):
    for place in range(len(items)):
        if items[place] == wanted:
            return place
    return -1

the sum of a list
def sum_up(values):
    total = 0
    for value in values:
        total += value
    return total

the mean of a list
def mean(values):
    return sum(values) / len(values)

the items of a list without those that are None
def present(items):
    found = []
    for item in items:
        if item is not None:
            found.append(item)
    return found

the two values in the other order
def swapped(v1, v2):
    return v2, v1

the change that is given back
def change(paid, price):
    rest = paid - price
    if rest < 0:
        return 0
    return rest

what is left of a stock after three sales
def stock(start, sale1, sale2, sale3):
    left = start - sale1 - sale2
    return left - sale3

the share of wins in all games
def win_rate(wins, losses):
    games = wins + losses
    if games == 0:
        return 0
    return wins / games

the highest of four marks
def highest(m1, m2, m3, m4):
    best = max(m1, m2, m3, m4)
    return best

the lowest of four prices, halved
def halved_lowest(p1, p2, p3, p4):
    lowest = min(p1, p2, p3, p4)
    return lowest / 2

whether at least three of four votes are yes
def majority(vote1, vote2, vote3, vote4):
    votes = [vote1, vote2, vote3, vote4]
    return votes.count(True) >= 3

the second of four runners, when they stand in order
def second(r1, r2, r3, r4):
    runners = sorted([r1, r2, r3, r4])
    return runners[1]

how many times a number can be halved before it is 1
def halvings(number):
    steps = 0
    while number > 1:
        number //= 2
        steps += 1
    return steps

the name of a grade for a number of points
def grade(points):
    if points >= 90:
        return "A"
    if points >= 70:
        return "B"
    return "C"
"""


def functions() -> list[tuple[str, str, str]]:
    """Return the name, the task and the source of each function."""
    found = []
    for text in FUNCTIONS.strip().split("\n\n"):
        words, source = text.split("\n", 1)
        (head,) = [each for each in ast.parse(source).body if isinstance(each, ast.FunctionDef)]
        signature = source.removeprefix("def ").split(":", 1)[0]
        found.append((head.name, f"The program defines {signature}: {words}.", source + "\n"))
    return found


def is_near(source: str) -> bool:
    """Tell whether a function is near a parity or a quadratic.

    It is if it has a power, more than one addition, an addition beside a product or a remainder, or
    more than three operands in one expression.
    """
    nodes = list(ast.walk(ast.parse(source)))
    operators = [type(each.op) for each in nodes if isinstance(each, (ast.BinOp, ast.AugAssign))]
    adding = operators.count(ast.Add)
    beside = ast.Mult in operators or ast.Mod in operators
    long = any(_operands(each) > 3 for each in nodes)
    return ast.Pow in operators or adding > 1 or bool(adding and beside) or long


def _operands(node: ast.AST) -> int:
    if not isinstance(node, ast.BinOp):
        return 1
    return _operands(node.left) + _operands(node.right)
