"""What an organism can be born with, and what is no genome."""

import ast
from pathlib import Path

import pytest

from autoagent.first_genome import FirstGenome, GenomeError, first_genome, written_out
from autoagent.organism import GENOMES
from autoagent.organism.sources import class_source, methods_in
from sandbox.judge import judge


@pytest.mark.parametrize("name", GENOMES)
def test_ours_can_be_born(name: str) -> None:
    ours = first_genome(name)
    assert judge(ours.base).ok
    assert ours.text == ""
    assert FirstGenome.of(ours.as_dict()) == ours


def test_ours_differ_in_what_they_ask_of_a_model() -> None:
    small, capable = (first_genome(name).profile for name in GENOMES)
    assert (small.frame, small.attempts, small.memory) == ("code", 3, 8)
    assert (capable.frame, capable.attempts, capable.memory) == ("talk", 1, 0)
    assert capable.max_tokens == 8192


def test_a_file_stands_on_one_of_ours(tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text("PROFILE = {'base': 'small', 'attempts': 5}\ndef step(self):\n    pass\n")
    found = first_genome(file)
    assert (found.name, found.base) == ("mine.py", first_genome("small").base)
    assert found.profile.attempts == 5
    assert found.profile.max_tokens == first_genome("small").profile.max_tokens
    assert found.hash != first_genome("small").hash


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("def f(:\n", "syntax"),
        ("import os\nos.system('true')\n", "os.system"),
        ("", "is empty"),
        ("# nothing\n", "is empty"),
        ("class AutonomousLLM(Body):\n    def __init__(self, query): pass\n", "has no run"),
        ("class AutonomousLLM:\n    pass\n", "does not inherit Body"),
        ("PROFILE = {'base': 'mine'}\n", "stands on 'mine'"),
        ("PROFILE = {'colour': 1}\n", "unknown 'colour'"),
        ("PROFILE = {'attempts': 0}\n", "attempts of the genome .* is 0; give a number from 1"),
        ("PROFILE = {'attempts': True}\n", "attempts of the genome .* is True"),
        ("PROFILE = {'temperature': 'warm'}\n", "temperature of the genome .* is 'warm'"),
        ("PROFILE = {'frame': 'verse'}\n", "frame of the genome .* is 'verse'; give code or talk"),
        ("PROFILE = {'attempts': f()}\n", "no literal dictionary"),
        ("x = 1\n" * 60_000, "more than 262144 bytes"),
    ],
)
def test_what_is_no_genome_is_named(tmp_path: Path, text: str, told: str) -> None:
    file = tmp_path / "bad.py"
    file.write_text(text)
    with pytest.raises(GenomeError, match=told):
        first_genome(file)


def test_a_genome_that_is_not_there_or_no_text(tmp_path: Path) -> None:
    with pytest.raises(GenomeError, match="there is no genome 'huge'; give small, capable, or a"):
        first_genome("huge")
    (tmp_path / "bytes.py").write_bytes(b"\xff\xfe")
    with pytest.raises(GenomeError, match="not UTF-8"):
        first_genome(tmp_path / "bytes.py")
    with pytest.raises(GenomeError, match="cannot be read"):
        first_genome(tmp_path)


@pytest.mark.parametrize("name", GENOMES)
def test_what_is_written_out_is_a_genome(tmp_path: Path, name: str) -> None:
    from autoagent.genome import Genome

    ours = first_genome(name)
    (kind,) = (n for n in ast.parse(ours.base).body if isinstance(n, ast.ClassDef))
    methods = {n.name: ast.unparse(n) for n in kind.body if isinstance(n, ast.FunctionDef)}
    file = tmp_path / "out.py"
    file.write_text(written_out(Genome({**methods, "double": "lambda x: 2 * x"}), ours))
    again = first_genome(file)
    assert again.base == ours.base
    assert again.profile == ours.profile


def test_what_was_kept_under_another_name_is_written_out_under_it() -> None:
    from autoagent.genome import Genome

    sources = {
        "step": "def step(self):\n    return 'new ' + old_step()\n",
        "old_step": "def step(self):\n    return 'old'\n",
        "half": "def double(x):\n    return x / 2\n",
    }

    class Organism:
        pass

    organism = Organism()
    names: dict[str, object] = {}

    class Adopting(dict[str, object]):
        def __setitem__(self, name: str, value: object) -> None:
            names[name] = value
            if name == "step":
                setattr(Organism, name, value)

    names["self"] = organism
    exec(Genome(sources).text, names, Adopting())
    assert organism.step() == "new old"  # type: ignore[attr-defined]
    assert names["half"](4) == 2  # type: ignore[operator]


def test_a_file_on_another_version_of_its_base_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "old.py"
    file.write_text("PROFILE = {'base': 'small', 'base_hash': '0123'}\n")
    with pytest.raises(GenomeError, match=r"another version of small \(0123, now .*take base_hash"):
        first_genome(file)


def test_what_is_written_out_is_what_differs() -> None:
    from autoagent.genome import Genome

    ours = first_genome("small")
    born = methods_in(class_source([ours.base], "AutonomousLLM"))
    assert written_out(Genome(born), ours).count("\n") == 1
    gone = {name: text for name, text in born.items() if name != "use"}
    wrapped = {
        **gone,
        "old": born["step"],
        "older": "def step(self):\n    return re.sub('a', 'b', old())\n",
        "bad": "def bad(:\n",
    }
    text = written_out(Genome(wrapped), ours)
    parts = ["\nimport re\n", "\nold = self.step\n", "re.sub('a'", "\nolder = self.step\n"]
    parts += ["def step(self) -> None", "\ndel type(self).use\n"]
    places = [text.index(part) for part in parts]
    assert places == sorted(places)
    assert text.count("def step") == 2
