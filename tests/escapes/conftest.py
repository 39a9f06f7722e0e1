import pytest

KEPT = 5
"""One of so many attacks on containers is kept."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put off a part of the slowest wall's attacks.

    The policy is the same code behind every wall; what a container holds back shows without it. The
    guest is that of the process wall, too, which is attacked with everything.
    """
    for number, item in enumerate(items):
        params = getattr(getattr(item, "callspec", None), "params", {})
        if params.get("ground") != "docker":
            continue
        if params.get("policy") == "strict" or number % KEPT:
            item.add_marker(pytest.mark.slow)
