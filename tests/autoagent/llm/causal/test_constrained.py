"""Answers in torch that are held to Python: sampled from what is allowed, and scored alike."""

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")
pytest.importorskip("llguidance")

from autoagent.llm import PYTHON, Frame, LLMError, load  # noqa: E402
from autoagent.llm.causal import Transformers  # noqa: E402
from autoagent.llm.causal.checkpoint import Sampling, write_sampling  # noqa: E402
from autoagent.llm.causal.load import absolute  # noqa: E402
from autoagent.llm.causal.sample import NEVER, draw, without  # noqa: E402
from tests.autoagent.llm.constrained.test_grammar import reads  # noqa: E402


@pytest.fixture(scope="module")
def tiny() -> Transformers:
    """A random model: without a mask it says anything at all."""
    return Transformers("tiny")


def test_what_is_not_allowed_is_never_drawn() -> None:
    allowed = torch.tensor([[True, False, True, False]])
    logits = without(torch.tensor([[0.0, 50.0, 1.0, 50.0]]), allowed)
    assert logits[0, 1] == NEVER
    for seed in range(50):
        token, log_prob = draw(logits, 0.7, [torch.Generator().manual_seed(seed)])
        assert int(token) in (0, 2)
        assert torch.isclose(log_prob, torch.log_softmax(logits / 0.7, -1)[0, token])


def test_a_random_model_says_python_alone(tiny: Transformers) -> None:
    held = tiny.constrained()
    assert held.name == "constrained:tiny"
    frame = Frame(system="", opening="```python\nx = [f('", closing="```")
    for seed in range(4):
        asked = {"seed": seed, "temperature": 1.0, "max_tokens": 24, "frame": frame}
        code = held.complete("q", **asked).text.removeprefix("```python\n")  # type: ignore[arg-type]
        # a character that is cut stands for itself, and a replaced one has more bytes
        assert reads(code.rstrip("\ufffd"))[0] == len(code.rstrip("\ufffd").encode())
    loose = [tiny.complete("q", seed=seed, temperature=1.0, max_tokens=24) for seed in range(4)]
    texts = [each.text.removeprefix("```python\n") for each in loose]
    assert any(reads(text)[0] < len(text.encode()) for text in texts)


def test_a_model_that_was_trained_so_is_sampled_so(tiny: Transformers, tmp_path_factory) -> None:  # type: ignore[no-untyped-def]
    folder = tmp_path_factory.mktemp("trained")
    tiny.model.save_pretrained(folder)
    tiny.template._tokenizer.save_pretrained(folder)
    write_sampling(folder, Sampling(constrained=True))
    assert Transformers(f"hf:{folder}").vocabulary is not None
    (folder / "sampling.json").write_text('{"constrained": 1}')
    with pytest.raises(LLMError, match="constrained, true or false"):
        load(f"hf:{folder}")


def test_which_tokens_could_be_said_is_the_same_afterwards(tiny: Transformers) -> None:
    vocabulary = tiny.constrained().vocabulary
    assert vocabulary is not None
    held = vocabulary.held(PYTHON)
    assert held is not None
    tokens = [*tiny.template.encode("x = (1,\n 'a')\n"), tiny.template.end]
    places = vocabulary.along(PYTHON, tokens)
    for token, place in zip(tokens[:-1], places[:-1], strict=True):
        assert (held.allowed() == place).all()
        assert place[token]
        held.take(token)
    ends = places[:, tiny.template.end]
    assert ends[0]
    assert ends[-1]
    assert not ends[3:-4].any()  # inside the bracket


def test_the_same_model_has_the_same_name_in_any_folder() -> None:
    assert absolute("constrained:hf:/a/../b") == "constrained:hf:/a/../b"
    assert absolute("constrained:tiny") == "constrained:tiny"
