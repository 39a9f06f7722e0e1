"""Translates programs by evolution: what comes out behaves as the source does on every input."""
