"""A benchmark: completions with analyzers in a loop and without, with the same bound of tokens."""
