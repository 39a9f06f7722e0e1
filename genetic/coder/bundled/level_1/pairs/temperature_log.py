# Read lines "CITY DEGREES"; highest maps each city to its highest temperature.
readings = """\
Oslo 3
Rome 21
Oslo 7
Rome 19
"""
# completion
highest: dict[str, int] = {}
for line in readings.splitlines():
    city, degrees = line.split()
    value = int(degrees)
    if city not in highest or value > highest[city]:
        highest[city] = value

# tests
assert highest == {"Oslo": 7, "Rome": 21}
