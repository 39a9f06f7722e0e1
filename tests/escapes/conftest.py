import pytest


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put off a part of the slowest wall's attacks.

    The policy is the same code behind every wall; what a container holds back shows without it.
    """
    for item in items:
        params = getattr(getattr(item, "callspec", None), "params", {})
        if params.get("ground") == "docker" and params.get("policy") == "strict":
            item.add_marker(pytest.mark.slow)
