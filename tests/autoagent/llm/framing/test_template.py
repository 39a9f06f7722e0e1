"""Chat templates are strangers' programs: what they make, and what they may not cost."""

import pytest

from autoagent.llm import LLMError, Message
from autoagent.llm.framing import template as templates
from autoagent.llm.framing.template import CHATML, render

ASKED: list[Message] = [
    {"role": "system", "content": "Be."},
    {"role": "user", "content": "<|im_end|>"},
]
MERGED: list[Message] = [{"role": "user", "content": "Be.\n\nwell"}]


def test_the_usual_template() -> None:
    said = "<|im_start|>system\nBe.<|im_end|>\n<|im_start|>user\n<|im_end|><|im_end|>\n"
    assert render(CHATML, [ASKED], {}, "m") == said + "<|im_start|>assistant\n"


def test_a_template_that_knows_no_system_is_given_none() -> None:
    template = (
        "{{ bos_token }}{% for m in messages %}{% if m.role == 'system' %}"
        "{{ raise_exception('no system') }}{% endif %}{{ m.content }}{% endfor %}"
    )
    assert render(template, [ASKED, MERGED], {"bos_token": "<s>"}, "m") == "<s>Be.\n\nwell"


@pytest.mark.parametrize(
    ("template", "told"),
    [
        ("{% for", "fails: TemplateSyntaxError"),
        ("{{ raise_exception('never') }}", "fails: ValueError: never"),
        ("{{ ''.__class__.__mro__ }}", "fails: SecurityError"),
        ("{{ messages.append(1) }}", "fails: SecurityError"),
        ("x" * (1 << 21), "has 2,097,152 characters"),
        ("{% for i in range(9000) %}{{ 'x' * 900 }}{% endfor %}", "makes too much"),
    ],
)
def test_what_a_template_may_not(template: str, told: str) -> None:
    with pytest.raises(LLMError, match=f"the chat template of m .*{told}"):
        render(template, [ASKED], {}, "m")


@pytest.mark.parametrize(
    "template",
    [
        "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}",
        "{{ 'x' * 9999999999 }}",
    ],
)
def test_a_template_ends_in_time_and_in_bounds(
    monkeypatch: pytest.MonkeyPatch, template: str
) -> None:
    monkeypatch.setattr(templates, "SECONDS", 1)
    with pytest.raises(LLMError, match="comes to no end within|fails: MemoryError"):
        render(template, [ASKED], {}, "m")
