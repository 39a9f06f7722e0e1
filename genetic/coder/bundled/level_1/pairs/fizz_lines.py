# lines: for each number from 1 to 15 "Fizz" if 3 divides it, "Buzz" if 5 does, "FizzBuzz" if
# both do, and else the number as a text.
lines: list[str] = []
# completion
for number in range(1, 16):
    if number % 15 == 0:
        lines.append("FizzBuzz")
    elif number % 3 == 0:
        lines.append("Fizz")
    elif number % 5 == 0:
        lines.append("Buzz")
    else:
        lines.append(str(number))

# tests
assert lines[:5] == ["1", "2", "Fizz", "4", "Buzz"]
assert lines[8] == "Fizz"
assert lines[14] == "FizzBuzz"
assert len(lines) == 15
