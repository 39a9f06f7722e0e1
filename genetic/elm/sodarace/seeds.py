"""The four walkers that a search may begin with, as the paper has them: programs of our own."""

SQUARE = """\
def make_walker():
    walker = Walker()
    size = 100
    places = [(0, 0), (size, 0), (size, size), (0, size)]
    corners = [walker.joint(x, y) for x, y in places]
    middle = walker.joint(size / 2, size / 2)
    for k in range(4):
        walker.muscle(corners[k], corners[(k + 1) % 4], 0.1, 0)
        walker.muscle(corners[k], middle, 0.5, k / 4)
    return walker
"""
RADIAL = """\
def make_walker():
    walker = Walker()
    radius = 80
    middle = walker.joint(0, 0)
    ring = []
    for k in range(8):
        angle = 2 * pi * k / 8
        ring.append(walker.joint(radius * cos(angle), radius * sin(angle)))
    for k in range(8):
        walker.muscle(ring[k], ring[(k + 1) % 8], 0.1, 0)
        walker.muscle(middle, ring[k], 0.5, k / 8)
    return walker
"""
CPPN_FIXED = """\
def amplitude(x, y):
    return 0.5 + 0.5 * sin(2 * x)

def phase(x, y):
    return 0.5 * x + 0.25 * y

def make_walker():
    return grid(6, 4, 30, amplitude, phase)
"""
CPPN_MUTABLE = """\
def amplitude(x, y):
    return 0.5 + 0.5 * sin(2 * x)

def phase(x, y):
    return 0.5 * x + 0.25 * y

def make_walker():
    walker = Walker()
    columns, rows, spacing = 6, 4, 30
    joints = {}
    for column in range(columns):
        for row in range(rows):
            joints[column, row] = walker.joint(column * spacing, row * spacing)
    for (column, row), a in joints.items():
        for right, up in [(1, 0), (0, 1), (1, 1), (1, -1), (2, 0), (0, 2)]:
            b = joints.get((column + right, row + up))
            if b is not None:
                x = (2 * column + right) / (columns - 1) - 1
                y = (2 * row + up) / (rows - 1) - 1
                walker.muscle(a, b, amplitude(x, y), phase(x, y))
    return walker
"""
SEEDS = {
    "square": SQUARE,
    "radial": RADIAL,
    "cppn-fixed": CPPN_FIXED,
    "cppn-mutable": CPPN_MUTABLE,
}
