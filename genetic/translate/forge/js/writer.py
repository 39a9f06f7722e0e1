"""Write a program in JavaScript, in one of the many ways in which people write it."""

from __future__ import annotations

from genetic.translate.forge.js.reading import Reading


class JSWriter(Reading):
    """Writes one program."""

    def text(self) -> str:
        """Return the program."""
        body = self._program.body
        hoisted = self._style.upper_functions == "declared" and self._rng.random() < 0.25
        self._head()
        if not hoisted:
            self._all_functions()
        self._main(body)
        if hoisted:
            self._line("")
            self._all_functions()
        return "\n".join(self._written).strip("\n") + "\n"

    def _all_functions(self) -> None:
        for function in self._program.functions:
            if self._style.comments and self._rng.random() < 0.5:
                self._line(f"// {function.name}")
            self._function(function)
            self._line("")
