"""What programs are written in, as far as those who change them must know."""

from genetic.elm.languages.c import C
from genetic.elm.languages.language import Language, Lexeme, Token
from genetic.elm.languages.python import PYTHON

__all__ = ["PYTHON", "C", "Language", "Lexeme", "Token"]
