# Find the longest of the names, and call it longest.
names = ["Ann", "Bartholomew", "Cy"]
# completion
longest = max(names, key=len)

# tests
assert longest == "Bartholomew"
