# Print what all the fruit costs together.
prices = {"apple": 3, "pear": 4, "plum": 1}
basket = ["plum", "apple", "apple"]
# completion
total = sum(prices[fruit] for fruit in basket)
print(total)

# tests
assert total == 7
