# evens: the even ones of the numbers, in the same order.
numbers = [4, 7, 1, 8, 2, 9]
# completion
evens = [number for number in numbers if number % 2 == 0]

# tests
assert evens == [4, 8, 2]
