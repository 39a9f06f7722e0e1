import re


def render(template: str, values: dict[str, str]) -> str:
    """Put values in the place of {{ name }}; a name without a value is a KeyError.

    >>> render("Dear {{ who }}!", {"who": "Ann"})
    'Dear Ann!'
    """
    # completion
    pieces: list[str] = []
    place = 0
    for match in re.finditer(r"\{\{\s*(\w+)\s*\}\}", template):
        pieces.append(template[place : match.start()])
        name = match.group(1)
        if name not in values:
            raise KeyError(name)
        pieces.append(values[name])
        place = match.end()
    pieces.append(template[place:])
    return "".join(pieces)


# tests
assert render("", {}) == ""
assert render("{{a}}-{{ b }}", {"a": "1", "b": "2"}) == "1-2"
try:
    render("{{ c }}", {})
except KeyError:
    pass
else:
    raise AssertionError("a name without a value was taken")
