import pytest

KEPT = 5
"""One of so many attacks on containers is kept."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put off a part of the attacks on the slower walls.

    The policy is the same code behind every wall; what a wall of processes holds back shows without
    it. The guest in a container is that of the process wall, which is attacked with everything.
    """
    for number, item in enumerate(items):
        params = getattr(getattr(item, "callspec", None), "params", {})
        wall, strict = params.get("ground"), params.get("policy") == "strict"
        if (wall == "docker" and number % KEPT) or (wall in ("docker", "process") and strict):
            item.add_marker(pytest.mark.slow)
