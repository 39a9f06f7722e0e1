"""What is told of a stranger's tool."""

from autoagent.mcp.told import LONGEST_LINE, described


class Name(str):
    """Counts how often names are compared."""

    __slots__ = ()
    compared = 0

    def __eq__(self, other: object) -> bool:
        Name.compared += 1
        return str.__eq__(self, other)

    __hash__ = str.__hash__


def test_many_parameters_are_not_compared_with_each_other() -> None:
    schema = {
        "properties": {Name(f"p{number}"): {} for number in range(1000)},
        "required": [[], None, *(Name(f"q{number}") for number in range(1000)), Name("p7")],
    }
    line = described("tool", schema, "Does much.")
    assert line.startswith("self.use('tool', p7: any, p0: any = None")
    assert len(line) <= LONGEST_LINE
    assert Name.compared < 10_000
