import pytest

from autoagent.cli import doctor
from autoagent.cli.doctor import Check
from sandbox.extras import pip_install


def test_the_table_names_an_extra_and_one_command_installs_all_that_is_missing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    rl = f"lacks torch; install it with: {pip_install('rl')}"
    docker = f"containers need the Docker SDK; install it with: {pip_install('docker')}"
    doctor._print(
        [
            Check("extra rl", "missing", rl),
            Check("extra docker", "missing", f"lacks docker; install it with: {docker}"),
            Check("extra view", "ok", "jinja2 3"),
            Check("wall docker", "missing", docker),
        ]
    )
    said = capsys.readouterr().out
    assert "│ lacks torch " in said
    assert "install it with the extra docker" in " ".join(said.replace("│", " ").split())
    assert said.count("pip install") == 1
    assert said.splitlines()[-1] == pip_install("docker,rl")


def test_nothing_is_to_be_installed_where_nothing_is_missing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    doctor._print([Check("extra rl", "ok", "torch 2")])
    assert "pip install" not in capsys.readouterr().out


def test_an_extra_that_is_not_whole_is_missing() -> None:
    check = doctor._packages("rl", ["rich", "no-such-package"])
    assert (check.what, check.status) == ("extra rl", "missing")
    assert check.detail == f"lacks no-such-package; install it with: {pip_install('rl')}"
    assert doctor._packages("", ["rich"]).needed
