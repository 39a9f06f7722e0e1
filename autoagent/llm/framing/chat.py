"""The fixed parts of a chat prompt, taken from the template in a GGUF file."""

from typing import TYPE_CHECKING

from autoagent.llm.base import LLMError
from autoagent.llm.framing.frame import Frame
from autoagent.llm.framing.prompt import Shape, around, merged, placed
from autoagent.llm.framing.template import CHATML, render

if TYPE_CHECKING:
    from llama_cpp import Llama


def chat_frame(llama: "Llama", roles: Shape, frame: Frame) -> list[list[int]]:
    """Return the tokens that stand before, between and after the texts of a query.

    The opening of the answer is the end of the last ones. The texts are tokenized apart from
    them, so that nothing in a text can pass for the template's own marks.

    Raises:
        LLMError: The template in the file cannot be used.
    """
    bos = _text_of(llama, llama.token_bos())
    parts = _rendered(llama, bos, roles, frame)
    add_bos = not (bos and parts[0].startswith(bos))
    parts[-1] += frame.opening
    return [
        llama.tokenize(part.encode(), add_bos=add_bos and not number, special=True)
        for number, part in enumerate(parts)
    ]


def _rendered(llama: "Llama", bos: str, roles: Shape, frame: Frame) -> list[str]:
    """Render the template around its places; without a system role its text goes before."""
    asked = placed(roles, frame)
    template = llama.metadata.get("tokenizer.chat_template", CHATML)
    tokens = {"bos_token": bos, "eos_token": _text_of(llama, llama.token_eos())}
    parts = around(render(template, [asked, merged(asked)], tokens, "these weights"), roles)
    if parts is None:
        raise LLMError("the chat template of these weights leaves the query out; use others")
    return parts


def _text_of(llama: "Llama", token: int) -> str:
    """Return the text of a special token, or nothing if the model has none."""
    return "" if token < 0 else llama.detokenize([token], special=True).decode(errors="replace")
