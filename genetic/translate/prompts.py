"""What the model is asked, as templates that anyone may exchange."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from string import Template

from autoagent.llm import Frame, code_frame
from genetic.search.text import cut

LONGEST_TEMPLATE = 4_000
MOST_PLACES = 12
OUTPUT_LIMITS = (4_000, 1_000, 300, 100)
"""Characters to which outputs are cut, one after the other, until a prompt fits."""
OUTPUTS = ("feedback", "errors", "expected", "actual")
FOOTER = (
    "Answer with one complete program and nothing else: no explanations, "
    "no inputs or outputs written into the program."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompts:
    """Templates; ``$name`` stands for what is filled in, and ``$$`` for a dollar.

    All know `from_language`, `to_language`, `source` (the original), `platform` (a blank
    and a sentence about what programs are compiled for, if there is something to say) and `footer`.

    Attributes:
        translate: Asks for a first translation.
        mend_errors: Asks to mend a program (`program`) that does not compile (`errors`).
        mend_output: Asks to mend one whose output is wrong (`feedback`).
        mend_mixed: Asks to mend one that was mixed from the lines of two.
        mend_mutated: Asks to mend one of which some characters were changed.
        explain: Asks what is wrong with one (`feedback`), in words.
        describe: Asks how one output (`actual`) differs from another (`expected`), without
            quoting.
        system: What a model is told before it is asked for a program; by default that it shall
            answer with one block of code.
        opening: What each program begins with, so that no model need write it.
    """

    translate: str = (
        "Translate this $from_language program to $to_language. Both read standard input and "
        "write standard output, and must print the same for every input.$platform\n\n$source\n\n"
        "$footer"
    )
    mend_errors: str = (
        "This $to_language program shall do what the $from_language program does, but it does "
        "not compile. Mend it.$platform\n\n$from_language:\n$source\n\n$to_language:\n$program\n\n"
        "The compiler says:\n$errors\n\n$footer"
    )
    mend_output: str = (
        "This $to_language program shall print what the $from_language program prints, but its "
        "output is wrong. Mend it.$platform\n\n$from_language:\n$source\n\n"
        "$to_language:\n$program\n\n$feedback\n\n$footer"
    )
    mend_mixed: str = (
        "The lines of two $to_language translations of a $from_language program were mixed. Make "
        "one program of them that does what the original does.$platform\n\n"
        "$from_language:\n$source\n\n$to_language:\n$program\n\n$footer"
    )
    mend_mutated: str = (
        "Some characters of this $to_language translation of a $from_language program may have "
        "been changed by chance. Keep what is an improvement, mend the rest.$platform\n\n"
        "$from_language:\n$source\n\n$to_language:\n$program\n\n$footer"
    )
    explain: str = (
        "This $to_language program shall do what the $from_language program does, and does not."
        "\n\n$from_language:\n$source\n\n$to_language:\n$program\n\n$feedback\n\n"
        "What is wrong with it? Answer in at most three sentences, without code."
    )
    describe: str = (
        "Expected output:\n$expected\n\nActual output:\n$actual\n\nDescribe in at most three "
        "sentences how the actual output differs in form from the expected one. Quote nothing "
        "of either."
    )
    footer: str = FOOTER
    system: str = ""
    opening: str = ""

    def __post_init__(self) -> None:
        """Refuse templates that cannot be filled in.

        Raises:
            ValueError: One is no text, too long, or asks for what nobody knows; the message says
                which.
        """
        for field in fields(self):
            template = getattr(self, field.name)
            if not isinstance(template, str) or len(template) > LONGEST_TEMPLATE:
                raise ValueError(
                    f"prompt {field.name} must be a text of at most {LONGEST_TEMPLATE} characters"
                )
            if not Template(template).is_valid():
                raise ValueError(f"prompt {field.name} has a $ without a name; write $$ for it")
            if template.count("$") > MOST_PLACES:
                raise ValueError(f"prompt {field.name} has more than {MOST_PLACES} places to fill")
            unknown = set(Template(template).get_identifiers()) - set(KNOWN)
            if unknown:
                raise ValueError(
                    f"prompt {field.name} asks for ${', $'.join(sorted(unknown))}; known are: "
                    f"${', $'.join(KNOWN)}"
                )

    @classmethod
    def of(cls, data: Mapping[str, str]) -> Prompts:
        """Return templates, some of them given by name.

        Raises:
            ValueError: A name or a template is wrong; the message says which.
        """
        known = [field.name for field in fields(cls)]
        unknown = sorted(set(data) - set(known))
        if unknown:
            raise ValueError(f"no prompt is called {unknown[0]!r}; known: {', '.join(known)}")
        return cls(**data)

    def frame(self, title: str, fence: str) -> Frame:
        """Return what stands around a question for a program.

        Args:
            title: The name of its language, for models to read.
            fence: The word behind the fence of its block.
        """
        usual = code_frame(title, fence)
        return replace(
            usual, system=self.system or usual.system, opening=f"{usual.opening}{self.opening}"
        )

    def fill(self, name: str, values: Mapping[str, str], room: int) -> str:
        """Return a prompt of about `room` characters at most.

        Args:
            name: Of the template.
            values: What is filled in.
            room: Characters. Outputs are cut first, from the middle, then the whole.
        """
        template = Template(getattr(self, name))
        known = {"platform": "", "footer": self.footer, **values}
        prompt = ""
        for limit in OUTPUT_LIMITS:
            outputs = {key: cut(known[key], limit) for key in OUTPUTS if key in known}
            prompt = template.safe_substitute(known | outputs)
            if len(prompt) <= room:
                break
        return cut(prompt, room)


KNOWN = ("from_language", "to_language", "source", "program", *OUTPUTS, "platform", "footer")
