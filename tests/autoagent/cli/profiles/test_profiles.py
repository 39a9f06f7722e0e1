"""Files of settings: what they may say, whose word counts, and where a value comes from."""

import os
from pathlib import Path

import pytest
from typer.main import get_command

from autoagent.cli.app import app
from autoagent.cli.profiles.defaults import defaults
from autoagent.cli.profiles.reading import FOLDERS_FILE, Setting, settings
from autoagent.cli.profiles.trusted import is_trusted, trust
from tests.commands import autoagent, lines, refused


@pytest.fixture
def user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's own file, which is not there yet; the current folder is another one."""
    folder = tmp_path / "folder"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("AUTOAGENT_CONFIG", str(tmp_path / "user.toml"))
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    return tmp_path / "user.toml"


def test_without_files_nothing_is_set(user: Path) -> None:
    assert settings(None) == {}


def test_a_folder_comes_before_the_user_and_a_profile_before_the_rest(user: Path) -> None:
    user.write_text("steps = 1\ntokens = 1\ncost = 1\n[profiles.p]\ntokens = 2\ncost = 2\n")
    FOLDERS_FILE.write_text("cost = 0.5\nsteps = 9\nseconds = 3\n[profiles.p]\nseconds = 2.5\n")
    found = settings("p")
    assert {key: setting.value for key, setting in found.items()} == {
        "steps": 1, "tokens": 2, "cost": 0.5, "seconds": 2.5,
    }  # fmt: skip
    assert found["steps"].origin == str(user)
    assert found["tokens"].origin == f"{user}, profile p"
    assert found["seconds"].origin == "autoagent.toml, profile p"
    assert settings(None)["tokens"].value == 1


def test_the_users_file_names_the_usual_profile(user: Path) -> None:
    user.write_text('profile = "p"\n[profiles.p]\nllm = "human"\n')
    assert settings(None)["llm"].value == "human"


def test_a_folder_chooses_no_model_before_it_is_trusted(user: Path) -> None:
    user.write_text('llm = "human"\n')
    text = 'llm = "openai:theirs"\nbase-url = "http://theirs"\nsteps = 2\n'
    FOLDERS_FILE.write_text(text)
    found = settings(None)
    assert found["llm"] == Setting("human", str(user))
    assert (found["base_url"].read, found["steps"].read) == (False, True)
    trust(FOLDERS_FILE, text)
    assert settings(None)["llm"] == Setting("openai:theirs", "autoagent.toml")
    FOLDERS_FILE.write_text(text + "#")
    assert settings(None)["llm"].value == "human", "it is another file now"


def test_a_damaged_record_trusts_nothing(user: Path, tmp_path: Path) -> None:
    trust(FOLDERS_FILE, "steps = 1")
    (record,) = (tmp_path / "data").glob("autoagent/*")
    for damage in ("[", "[]", '{"autoagent.toml": 1}'):
        record.write_text(damage)
        assert not is_trusted(FOLDERS_FILE, "steps = 1")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x = 1 2", ["no TOML", "line 1"]),
        ("steps = 1\n\nfuul = 1", ["line 3", "no key 'fuul'", "fuel", "memory-mb"]),
        ("[profiles.p]\nsteps = 1\n[profiles.q]\nsteps = 0", ["line 4", "steps = 0", "greater"]),
        ('steps = "1"', ["line 1", "steps = '1'", "integer"]),
        ("price-in = -1", ["line 1", "price-in = -1"]),
        ('api-key = "secret"', ["keys stay in the environment", "OPENAI_API_KEY"]),
        ("seconds = inf", ["line 1", "seconds = inf"]),
        ("steps = 99999999999999999999", ["line 1", "steps = 9999"]),
        ("price-in = nan", ["line 1", "price-in = nan"]),
        ('profiles = "p"', ["line 1", "profiles"]),
        ("a." * 5000 + "b = 1", ["autoagent.toml"]),
        ("\x00", ["no TOML"]),
        ('profile = "p"', ["a folder chooses no profile"]),
    ],
)
def test_what_is_wrong_is_named_with_its_file_and_line(
    user: Path, text: str, words: list[str]
) -> None:
    FOLDERS_FILE.write_text(text)
    with pytest.raises(ValueError) as told:  # noqa: PT011
        settings(None)
    assert "secret" not in str(told.value)
    for word in (str(FOLDERS_FILE), *words):
        assert word in str(told.value)


def test_what_is_no_file_of_text_is_told(user: Path) -> None:
    os.mkfifo(FOLDERS_FILE)
    with pytest.raises(ValueError, match="no ordinary file"):
        settings(None)
    FOLDERS_FILE.unlink()
    FOLDERS_FILE.write_bytes(b"\xff")
    with pytest.raises(ValueError, match="not UTF-8"):
        settings(None)


def test_options_have_these_defaults_and_the_command_line_comes_first(user: Path, db: Path) -> None:
    user.write_text(f'[profiles.typing]\nllm = "human"\nsteps = 2\ndb = "{db}"\n')
    typed = "x = 1\n.\ny = 2\n.\nz = 3\n.\n"
    work = {"AUTOAGENT_PROFILE": "typing"}
    assert len(lines(autoagent("run", "Hi", "--json", typed=typed, env=work))) == 3
    once = ("--profile", "typing", "run", "Hi", "--json", "--steps", "1")
    assert len(lines(autoagent(*once, typed=typed))) == 2
    assert len(lines(autoagent("--profile", "typing", "runs", "--json"))) == 2
    refused(autoagent("--profile", "tipping", "runs"), "tipping", "typing", str(user))


def test_who_takes_up_a_life_says_so_if_its_model_is_to_change(user: Path, db: Path) -> None:
    autoagent("run", "Hi", "--llm", "human", "--steps", "1", "--db", db, typed="x = 1\n.\n")
    user.write_text('llm = "gguf:/nowhere.gguf"\nsteps = 1\n')
    done = autoagent("resume", "last", "--db", db, "--json", typed="y = 1\n.\n")
    assert len(lines(done)) == 2, "it is still a person's, and its budget is that of the file"


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("run", {"llm": "human", "steps": 1, "db": "j", "json": True}),
        ("translate", {"llm": ["human"], "db": "j", "json": True}),
        ("resume", {"steps": 1, "db": "j", "json": True}),
        ("runs", {"db": "j", "json": True}),
        ("exec", {"json": True}),
    ],
)
def test_a_command_takes_what_concerns_it(
    user: Path, command: str, expected: dict[str, object]
) -> None:
    user.write_text('llm = "human"\nsteps = 1\ndb = "j"\njson = true\n')
    root = get_command(app)
    context = root.make_context("autoagent", [], resilient_parsing=True)
    _, found, _ = root.resolve_command(context, [command])  # type: ignore[attr-defined]
    assert defaults(command, found.params, None) == expected


@pytest.mark.parametrize(
    ("command", "user_sets", "folder_sets", "expected"),
    [
        ("run", "", "steps = 5", {"steps": 5}),
        ("run", "", "steps = 21", {}),
        ("run", "", "tokens = 99999999", {"tokens": 99999999, "steps": 20}),
        ("run", "", "tokens = 9\nsteps = 4", {"tokens": 9, "steps": 4}),
        ("run", "cost = 2", "steps = 40", {"cost": 2, "steps": 40}),
        ("run", "cost = 2", "cost = 1", {"cost": 1}),
        ("run", "cost = 2\nsteps = 50", "cost = 1", {"cost": 1, "steps": 50}),
        ("run", "tokens = 9", "", {"tokens": 9}),
        ("evolve", "", "calls = 101", {}),
        ("evolve", "", "calls = 99", {"calls": 99}),
        ("elm", "", "calls = 1\ntokens = 5", {"tokens": 5}),
        ("elm", "calls = 1000", "calls = 100", {"calls": 100}),
    ],
)
def test_a_stranger_only_lowers_what_is_usual(
    user: Path, command: str, user_sets: str, folder_sets: str, expected: dict[str, object]
) -> None:
    user.write_text(user_sets)
    FOLDERS_FILE.write_text(folder_sets)
    root = get_command(app)
    context = root.make_context("autoagent", [], resilient_parsing=True)
    _, found, _ = root.resolve_command(context, [command])  # type: ignore[attr-defined]
    assert defaults(command, found.params, None) == expected


def test_a_folder_that_is_not_read_is_named_once_and_can_be_trusted(user: Path, db: Path) -> None:
    FOLDERS_FILE.write_text('llm = "human"\nsteps = 1\n')
    run = ("run", "Hi", "--json", "--db", str(db))
    told = autoagent(*run, "--llm", "human", typed="x = 1\n.\n").stderr.decode()
    assert told.count("autoagent.toml sets llm, which is not read") == 1
    refused_trust = autoagent("config", "trust", typed="n\n")
    assert refused_trust.returncode == 1
    assert b'llm = "human"' in refused_trust.stdout
    assert autoagent("config", "trust", "--yes").returncode == 0
    done = autoagent(*run, typed="x = 1\n.\n")
    assert len(lines(done)) == 2
    assert b"not read" not in done.stderr


def test_where_each_value_comes_from_is_shown(user: Path) -> None:
    user.write_text('base-url = "http://mine"\nsteps = 3\n')
    FOLDERS_FILE.write_text('llm = "human\\u202e"\nsteps = 2\n')
    env = {"OPENAI_BASE_URL": "http://now"}
    rows = {row["key"]: row for row in lines(autoagent("config", "show", "--json", env=env))}
    assert rows["base_url"]["from"] == "environment, OPENAI_BASE_URL"
    assert rows["steps"] == {"key": "steps", "value": 2, "from": "autoagent.toml", "read": True}
    assert rows["llm"]["read"] is False
    shown = autoagent("config", "show", env={"COLUMNS": "200"}).stdout.decode()
    assert "human\\u202e" in shown
    assert "base-url" in shown
    assert "not read before `autoagent config trust`" in shown


def test_a_wrong_file_is_told_by_every_command(user: Path) -> None:
    user.write_text("steps = 0\n")
    for command in (["runs"], ["config", "show"], ["bench", "tasks"]):
        refused(autoagent(*command), str(user), "line 1", "steps = 0")
    assert autoagent("--help").returncode == 0


def test_trust_needs_a_file(user: Path) -> None:
    refused(autoagent("config", "trust"), "no autoagent.toml")
