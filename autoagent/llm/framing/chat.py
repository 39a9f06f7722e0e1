"""The fixed parts of a chat prompt, taken from the template in a GGUF file."""

from typing import TYPE_CHECKING, Any

from autoagent.llm.base import LLMError
from autoagent.llm.framing.frame import Frame
from autoagent.llm.framing.prompt import messages

if TYPE_CHECKING:
    from llama_cpp import Llama

QUERY = "{the query stands here}"
CHATML = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' "
    "+ message['content'] + '<|im_end|>\n' }}{% endfor %}{{ '<|im_start|>assistant\n' }}"
)


def chat_frame(llama: "Llama", frame: Frame) -> tuple[list[int], list[int]]:
    """Return the tokens that stand before and after the query, the opening of the answer included.

    The query is tokenized apart from them, so that nothing in it can pass for the template's
    own marks.

    Raises:
        LLMError: The template in the file cannot be used.
    """
    bos = _text_of(llama, llama.token_bos())
    prompt = _render(llama, bos, frame)
    head, found, tail = prompt.partition(QUERY)
    if not found:
        raise LLMError("the chat template of these weights leaves the query out; use others")
    add_bos = not (bos and head.startswith(bos))
    return (
        llama.tokenize(head.encode(), add_bos=add_bos, special=True),
        llama.tokenize((tail + frame.opening).encode(), add_bos=False, special=True),
    )


def _render(llama: "Llama", bos: str, frame: Frame) -> str:
    """Render the template; without a system role its text goes before the query."""
    from llama_cpp.llama_chat_format import Jinja2ChatFormatter

    asked: list[Any] = [*messages(QUERY, frame)]
    merged = {"role": "user", "content": "\n\n".join(message["content"] for message in asked)}
    template = llama.metadata.get("tokenizer.chat_template", CHATML)
    eos = _text_of(llama, llama.token_eos())
    try:
        formatter = Jinja2ChatFormatter(template=template, eos_token=eos, bos_token=bos)
        try:
            return str(formatter(messages=asked).prompt)
        except ValueError:
            return str(formatter(messages=[merged]).prompt)
    except Exception as error:  # a template is a program: it can fail in any way
        raise LLMError(f"the chat template of these weights fails: {error}; use others") from error


def _text_of(llama: "Llama", token: int) -> str:
    """Return the text of a special token, or nothing if the model has none."""
    return "" if token < 0 else llama.detokenize([token], special=True).decode(errors="replace")
