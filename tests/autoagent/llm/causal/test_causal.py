"""Models in torch, compared with llama.cpp where it knows the same weights."""

import json
import math
import re
import struct
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from autoagent.llm import PROSE, PYTHON, Frame, LlamaCpp, LLMError, code_frame, load, smollm2_path
from sandbox.extras import pip_install

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")

from autoagent.llm.causal import Causal, Transformers, load_causal  # noqa: E402
from autoagent.llm.causal.answering import Answering  # noqa: E402
from autoagent.llm.causal.cache import shared  # noqa: E402
from autoagent.llm.causal.sample import draw, sample  # noqa: E402
from autoagent.llm.causal.score import check_head, score  # noqa: E402
from autoagent.llm.causal.template import Template  # noqa: E402

TEXTS = [
    "",
    "x = [1,\n    2]",
    "1234567890 2024-01-02  3.14\n  5",
    "\n\n   \n 1",
    "def f(a):\n\treturn a**2  # 100%\n\n\n  x",
    "don't I'm we'll",
    "é 🦄 ünï 日本語テキスト",
    "a\r\nb\x00c \ud800",
    "<|im_end|> hi <file_sep><|im_start|>",
    "word " * 300,
]
PROMPTS = [
    "Write a function that adds two numbers.",
    "Write a class that models a stack.",
    "x = [1,\n    2]",
]


@pytest.fixture(scope="module")
def tiny() -> Causal:
    return load_causal("tiny", dtype=torch.float32, device="cpu")


@pytest.fixture(scope="module")
def template(tiny: Causal) -> Template:
    return Template(tiny.tokenizer, tiny.model, name="tiny")


@pytest.fixture(scope="module")
def whole() -> Causal:
    """SmolLM2 in torch."""
    return load_causal("smollm2", dtype=torch.float32, device="cpu")


def generators(count: int) -> list[torch.Generator]:
    return [torch.Generator().manual_seed(number) for number in range(count)]


def sampled(
    tiny: Causal,
    template: Template,
    queries: list[str],
    seeds: list[int] | None = None,
    **options: Any,
) -> list[Answering]:
    frame, cap = options.get("frame", PYTHON), options.get("max_tokens", 10)
    prompts = [template.prompt(query, cap, frame).tokens for query in queries]
    answers = [Answering(template, frame, cap) for _ in queries]
    chance = [torch.Generator().manual_seed(seed) for seed in seeds or range(len(queries))]
    sample(
        tiny.model, prompts, answers, chance, pad=template.pad,
        temperature=options.get("temperature", 1.0),
    )  # fmt: skip
    return answers


@pytest.mark.parametrize("frame", [PYTHON, PROSE, code_frame("C", "c")])
def test_prompts_have_the_ids_that_llama_cpp_gives_them(
    smollm2: LlamaCpp, template: Template, frame: Frame
) -> None:
    for text in TEXTS:
        tokens, _ = smollm2._prompt(text, 40, frame)
        assert template.prompt(text, 40, frame).tokens == tokens
        assert template.count_query(text, frame) == smollm2.count_query(text, frame)


def test_a_long_query_is_shortened_as_llama_cpp_does(smollm2: LlamaCpp, template: Template) -> None:
    text = "A" + "word " * 100_000 + "x = [1,\n    2]"
    assert template.prompt(text, 64) == smollm2._prompt(text, 64, PYTHON)
    assert template.prompt(text, 64).shortened
    with pytest.raises(LLMError, match=r"max_tokens is 4096; tiny .* allows 1 to"):
        template.prompt("", 4096)


def test_the_same_tokens_end_a_turn(smollm2: LlamaCpp, template: Template) -> None:
    from llama_cpp import llama_model_get_vocab, llama_vocab_is_eog

    vocab = llama_model_get_vocab(smollm2._llama.model)
    ends = {token for token in range(49152) if llama_vocab_is_eog(vocab, token)}
    assert template.ends == ends


def test_the_likeliest_next_token_is_the_same(smollm2: LlamaCpp, whole: Causal) -> None:
    template = Template(whole.tokenizer, whole.model, name="smollm2")
    for query in PROMPTS:
        (answer,) = sampled(whole, template, [query], temperature=0, max_tokens=6)
        theirs = smollm2.complete(query, seed=0, temperature=0, max_tokens=6)
        assert answer.text() == theirs.text
    sums = sum(parameter.numel() for parameter in whole.model.parameters())
    assert sums == 134_515_008


@pytest.mark.slow
def test_the_weights_are_those_that_transformers_reads(whole: Causal) -> None:
    from transformers import AutoModelForCausalLM

    path = smollm2_path()
    theirs = AutoModelForCausalLM.from_pretrained(
        path.parent, gguf_file=path.name, dtype=torch.float32, local_files_only=True
    ).state_dict()
    ours = whole.model.state_dict()
    assert ours.keys() == theirs.keys()
    assert all(torch.equal(ours[name], theirs[name]) for name in ours)


def test_rows_do_not_depend_on_their_neighbours(tiny: Causal, template: Template) -> None:
    queries = ["", "Write.", "a b c " * 40, "x = [1,\n    2]"]
    together = sampled(tiny, template, queries)
    for seed, query in enumerate(queries):
        (alone,) = sampled(tiny, template, [query], [seed])
        assert alone.tokens == together[seed].tokens
        assert alone.log_probs == pytest.approx(together[seed].log_probs, abs=1e-4)


def test_log_probabilities_are_those_of_the_distribution_that_was_sampled(
    tiny: Causal, template: Template
) -> None:
    queries = ["", "Write.", "a b c " * 40]
    answers = sampled(tiny, template, queries, temperature=0.5)
    for query, answer in zip(queries, answers, strict=True):
        prompt = template.prompt(query, 10).tokens
        ids = torch.tensor([prompt + answer.tokens])
        with torch.no_grad():
            logits = tiny.model(input_ids=ids).logits[0, len(prompt) - 1 : -1]
        expected = torch.log_softmax(logits / 0.5, -1)
        found = expected.gather(-1, torch.tensor(answer.tokens)[:, None])[:, 0]
        assert answer.log_probs == pytest.approx(found.tolist(), abs=1e-4)


def test_draws_have_the_frequencies_of_the_distribution() -> None:
    logits = torch.tensor([[0.0, math.log(2), -torch.inf, math.log(5)]])
    chance = torch.Generator().manual_seed(0)
    tokens = torch.cat([draw(logits, 1.0, [chance])[0] for _ in range(4000)])
    shares = torch.bincount(tokens, minlength=4) / 4000
    assert shares.tolist() == pytest.approx([1 / 8, 2 / 8, 0, 5 / 8], abs=0.03)
    token, log_prob = draw(logits, 2.0, [chance])
    spread = torch.log_softmax(logits[0] / 2, -1)
    assert log_prob.item() == pytest.approx(spread[token].item())
    assert draw(logits, 0, [chance])[0].tolist() == [3]


@pytest.mark.parametrize("temperature", [0.0, 1.0])
@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_logits_that_are_no_numbers_are_told(temperature: float, value: float) -> None:
    with pytest.raises(LLMError, match="no numbers"):
        draw(torch.tensor([[0.0, value]]), temperature, [torch.Generator()])


def test_a_row_ends_with_its_stop_text_and_the_others_go_on(
    tiny: Causal, template: Template
) -> None:
    queries = ["", "Write.", "b"]
    free = sampled(tiny, template, queries, max_tokens=12)
    word = template.decode([free[1].tokens[4]]).strip()
    assert word
    frame = replace(PYTHON, closing=word)
    stopped = sampled(tiny, template, queries, max_tokens=12, frame=frame)
    assert stopped[1].tokens == free[1].tokens[: len(stopped[1].tokens)]
    assert len(stopped[1].tokens) <= 5
    assert not stopped[1].cut
    assert stopped[1].text().removeprefix(PYTHON.opening).count(word) == 1
    assert stopped[1].text().endswith(word)
    assert [len(stopped[0].tokens), stopped[0].cut] == [12, True]
    assert stopped[0].tokens == free[0].tokens


def test_the_token_that_completes_the_closing_is_kept(template: Template) -> None:
    tokens = template.encode("x = 1\n```\nmore")
    answer = Answering(template, PYTHON, 40)
    for token in tokens:
        answer.add(token, -1.0)
        if answer.ended:
            break
    assert template.decode(answer.tokens) == "x = 1\n```"
    assert answer.text() == "```python\nx = 1\n```"
    assert (answer.ended, answer.cut) == (True, False)


def test_an_end_of_turn_at_the_cap_is_no_cut(template: Template) -> None:
    ended = Answering(template, PYTHON, 2)
    ended.add(template.encode("x")[0], -1.0)
    ended.add(template.end, -1.0)
    assert (ended.cut, ended.text()) == (False, "```python\nx\n```")
    cut = Answering(template, PYTHON, 2)
    for token in template.encode("x y"):
        cut.add(token, -1.0)
    assert (cut.cut, cut.text()) == (True, "```python\nx y")


def test_a_character_of_several_tokens_comes_whole(template: Template) -> None:
    shown: list[str] = []
    tokens = template.encode("🦄日")
    assert len(tokens) > 2
    answer = Answering(template, PROSE, len(tokens), on_text=shown.append)
    for token in tokens:
        answer.add(token, -1.0)
    assert "".join(shown) == answer.text() == "🦄日"
    half = Answering(template, PROSE, 1)
    half.add(tokens[0], -1.0)
    assert half.text()  # what there is of a character that was cut


def test_scores_of_a_batch_are_those_of_each_row(tiny: Causal) -> None:
    prompts = [torch.arange(5, 5 + size) for size in (3, 9, 1)]
    answers = [torch.arange(50, 50 + size) for size in (4, 1, 7)]
    scores = score(tiny.model, prompts, answers, temperature=0.7)
    assert scores.mask.sum(1).tolist() == [4, 1, 7]
    for number, (prompt, answer) in enumerate(zip(prompts, answers, strict=True)):
        alone = score(tiny.model, [prompt], [answer], temperature=0.7)
        for one, many in zip(alone, scores, strict=True):
            assert torch.allclose(one[0], many[number, : len(answer)], atol=1e-5)
        assert not scores.log_probs[number, len(answer) :].any()


@pytest.mark.parametrize("same", [0, 15, 16, 30])
def test_what_prompts_share_is_computed_once_with_the_same_gradient(
    tiny: Causal, same: int
) -> None:
    begin = torch.arange(10, 10 + same)
    prompts = [torch.cat([begin, torch.tensor(end)]) for end in ([1], [2, 3], [4, 5, 6, 7])]
    answers = [torch.tensor([9, 8, 7]), torch.tensor([6]), torch.tensor([5, 4])]
    assert shared(tiny.model.config, [each.tolist() for each in prompts]) == same * (same >= 16)

    def gradients(batches: list[slice]) -> list[torch.Tensor]:
        tiny.model.zero_grad()
        for rows in batches:
            score(tiny.model, prompts[rows], answers[rows]).log_probs.sum().backward()
        found = [each.grad.clone() for each in tiny.model.parameters()]
        tiny.model.zero_grad(set_to_none=True)
        return found

    alone = gradients([slice(0, 1), slice(1, 2), slice(2, 3)])
    for one, other in zip(gradients([slice(0, 3)]), alone, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-3, atol=1e-4 * float(other.abs().max()))


def test_a_head_that_is_more_than_a_matrix_is_told() -> None:
    from transformers import Gemma2Config, Gemma2ForCausalLM

    config = Gemma2Config(
        vocab_size=32, hidden_size=16, intermediate_size=16, num_hidden_layers=1,
        num_attention_heads=2, num_key_value_heads=2, head_dim=8, final_logit_softcapping=0.1,
    )  # fmt: skip
    with pytest.raises(LLMError, match="changes its logits"):
        check_head(Gemma2ForCausalLM(config).eval(), "gemma")


def test_random_models_follow_from_their_seed(tiny: Causal) -> None:
    first = {name: load_causal(name).model.state_dict() for name in ("tiny:0", "tiny:1")}
    ours = tiny.model.state_dict()
    assert all(torch.equal(ours[name], first["tiny:0"][name]) for name in ours)
    key = "model.layers.0.mlp.up_proj.weight"
    assert not torch.equal(ours[key], first["tiny:1"][key])


@pytest.fixture(scope="module")
def folder(tiny: Causal, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as transformers writes it."""
    path = tmp_path_factory.mktemp("model")
    tiny.model.save_pretrained(path)
    tiny.tokenizer.save_pretrained(path)
    return path


def test_a_folder_runs_as_a_model(folder: Path, tiny: Causal, template: Template) -> None:
    model = load(f"hf:{folder}")
    assert isinstance(model, Transformers)
    assert (model.temperature, model.max_tokens) == (None, None)
    shown: list[str] = []
    done = model.complete("x 12", seed=3, temperature=1, max_tokens=9, on_text=shown.append)
    (same,) = sampled(tiny, template, ["x 12"], [3], max_tokens=9)
    assert done.text == same.text() == "".join(shown)
    assert (done.finish, done.tokens_out, done.model) == ("length", 9, f"hf:{folder}")
    assert done.tokens_in == model.count_query("x 12") == template.count_query("x 12")
    for seed in (3, -1, 2**70):
        again = [model.complete("q", seed=seed, temperature=1, max_tokens=5) for _ in range(2)]
        assert again[0] == again[1]
    asked: dict[str, Any] = {"temperature": 1, "max_tokens": 5}
    together = model.complete_batch(["q", "x 12"], seeds=[3, -1], **asked)
    assert together == [model.complete(q, seed=n, **asked) for q, n in (("q", 3), ("x 12", -1))]
    rating = Frame(system="You rate.", grammar='root ::= "1"')
    assert model.complete("q", seed=0, temperature=0, max_tokens=2, frame=rating).text
    model.close()


def test_a_folder_may_say_how_it_is_sampled(folder: Path, tmp_path: Path) -> None:
    for file in folder.iterdir():
        (tmp_path / file.name).symlink_to(file)
    sampling = tmp_path / "sampling.json"
    sampling.write_text('{"temperature": 0.7, "max_tokens": 5}')
    model = Transformers(f"hf:{tmp_path}")
    assert (model.temperature, model.max_tokens) == (0.7, 5)
    for wrong in ('{"temperature": "hot"}', '{"max_tokens": 0}', "[]", "{", '{"top_p": 1}'):
        sampling.write_text(wrong)
        with pytest.raises(LLMError, match=r"sampling\.json"):
            Transformers(f"hf:{tmp_path}")


def broken(folder: Path, target: Path, change: str) -> None:
    for file in folder.iterdir():
        (target / file.name).write_bytes(file.read_bytes())
    config = json.loads((folder / "config.json").read_text())
    if change == "weights":
        (target / "model.safetensors").unlink()
    elif change == "pickle":
        (target / "model.safetensors").unlink()
        torch.save({}, target / "pytorch_model.bin")
    elif change in ("pickled part", "part elsewhere"):
        (target / "model.safetensors").unlink()
        part = "w.bin" if change == "pickled part" else "../model.safetensors"
        index = {"metadata": {}, "weight_map": {"model.norm.weight": part}}
        (target / "model.safetensors.index.json").write_text(json.dumps(index))
        torch.save({}, target / "w.bin")
    elif change == "run":
        (target / "config.json").unlink()
        (target / "policy").mkdir()
    elif change == "cut":
        data = (folder / "model.safetensors").read_bytes()
        (target / "model.safetensors").write_bytes(data[: len(data) // 2])
    elif change == "config":
        (target / "config.json").unlink()
    elif change == "tokenizer":
        (target / "tokenizer.json").unlink()
        (target / "tokenizer_config.json").unlink()
    elif change == "kind":
        (target / "config.json").write_text('{"model_type": "t5"}')
    else:
        config |= {
            "layers": {"num_hidden_layers": 3},
            "width": {"hidden_size": 32},
            "endless": {"num_hidden_layers": 10**9},
            "kernel": {"attn_implementation": "somebody/attention"},
        }[change]
        (target / "config.json").write_text(json.dumps(config))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("weights", "safetensors"),
        ("pickle", "safetensors"),
        ("cut", "cannot load"),
        ("config", "cannot read"),
        ("tokenizer", "tokenizer"),
        ("kind", "cannot load"),
        ("layers", "another architecture"),
        ("width", "architecture|cannot load"),
        ("pickled part", "names 'w.bin', which is no file of the folder in safetensors"),
        ("part elsewhere", "no file of the folder"),
        ("endless", "1000000000 layers; 1024 are allowed"),
        ("kernel", "code from elsewhere"),
        ("run", "is a training run; its model is hf:.*policy"),
    ],
)
def test_a_folder_that_is_no_model_is_told(
    folder: Path, tmp_path: Path, change: str, words: str
) -> None:
    broken(folder, tmp_path, change)
    with pytest.raises(LLMError, match=words):
        load(f"hf:{tmp_path}")


def test_other_bad_names_are_told(tmp_path: Path) -> None:
    with pytest.raises(LLMError, match="there is no folder"):
        load(f"hf:{tmp_path}/none")
    with pytest.raises(LLMError, match="cannot read"):
        load(f"hf:{tmp_path}")
    with pytest.raises(LLMError, match="there is no folder"):
        load_causal("hf:" + "a" * 300)
    for spec in ("tiny:x", "tiny:" + "9" * 30, "random:", "random:human", "gpt2", ""):
        with pytest.raises(LLMError, match="unknown model"):
            load_causal(spec)
    (tmp_path / "adapter_config.json").write_text("{}")
    with pytest.raises(LLMError, match="names its base"):
        load(f"hf:{tmp_path}")
    (tmp_path / "autoagent.json").write_text('{"base": "tiny"}')
    with pytest.raises(LLMError, match="holds no adapter_model"):
        load(f"hf:{tmp_path}")


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ({}, "is a None; use a LORA"),
        ({"peft_type": "XLORA", "adapters": {"a": "somebody/adapter"}}, "is a 'XLORA'"),
        ({"peft_type": "LORA", "megatron_config": {"a": 1}}, "its megatron_config"),
        ({"peft_type": "LORA", "modules_to_save": ["lm_head"]}, "its modules_to_save"),
        ({"peft_type": "LORA", "auto_mapping": {"parent_library": "os"}}, "its auto_mapping"),
        ({"peft_type": "LORA", "r": 10**9}, "its rank r is 1000000000; 1 to 1024 can be"),
    ],
)
def test_adapters_that_are_no_plain_lora_are_refused(
    tmp_path: Path, config: dict[str, Any], words: str
) -> None:
    pytest.importorskip("peft")
    (tmp_path / "adapter_config.json").write_text(json.dumps(config))
    (tmp_path / "adapter_model.safetensors").write_bytes(b"")
    (tmp_path / "autoagent.json").write_text('{"base": "tiny"}')
    with pytest.raises(LLMError, match=words):
        load(f"hf:{tmp_path}")


def test_an_adapter_that_stands_on_itself_is_told(tmp_path: Path) -> None:
    (tmp_path / "adapter_config.json").write_text('{"peft_type": "LORA"}')
    (tmp_path / "adapter_model.safetensors").write_bytes(b"")
    (tmp_path / "autoagent.json").write_text(json.dumps({"base": f"hf:{tmp_path}"}))
    for spec in (f"hf:{tmp_path}", f"random:hf:{tmp_path}"):
        with pytest.raises(LLMError, match="more than 8 other adapters"):
            load_causal(spec)


def _gguf(*pairs: tuple[str, bytes], tensors: bytes = b"", count: int = 0) -> bytes:
    named = b"".join(_gguf_text(key) + value for key, value in pairs)
    return b"GGUF" + struct.pack("<IQQ", 3, count, len(pairs)) + named + tensors


def _gguf_text(text: str) -> bytes:
    return struct.pack("<Q", len(text)) + text.encode()


@pytest.mark.parametrize(
    "data",
    [
        _gguf(("a", struct.pack("<I", 9) + struct.pack("<IQ", 9, 1) * 3000)),
        _gguf(("general.alignment", struct.pack("<II", 4, 0))),
        _gguf(("general.alignment", struct.pack("<I", 8) + _gguf_text("x"))),
        _gguf(tensors=_gguf_text("token_embd.weight") + struct.pack("<IIQ", 0, 0, 0), count=1),
    ],
    ids=["nested", "aligned to 0", "aligned to a text", "no dimensions"],
)
def test_a_hostile_gguf_file_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(data)
    with pytest.raises(LLMError, match="damaged"):
        load_causal(f"gguf:{path}")


def test_a_model_that_its_file_cannot_hold_is_not_made() -> None:
    path = Path(__file__).parents[3] / "fuzz" / "corpus" / "weights" / "gguf_wide_layers"
    with pytest.raises(LLMError, match=r"12,884,901,984 weights, in 2,016 bytes"):
        load_causal(f"gguf:{path}")


@pytest.mark.parametrize("keep", [4, 100, 1_000_000, 50_000_000])
def test_a_gguf_file_cut_short_is_refused(tmp_path: Path, keep: int) -> None:
    path = tmp_path / "model.gguf"
    with smollm2_path().open("rb") as file:
        path.write_bytes(file.read(keep))
    with pytest.raises(LLMError, match="damaged"):
        load_causal(f"gguf:{path}")


def test_without_torch_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "transformers", None)
    advice = re.escape(pip_install("rl"))
    with pytest.raises(LLMError, match=f"transformers, which is missing; .*{advice}"):
        load("hf:anywhere")
