"""What runs in the jail of the analyzers: mypy and jedi, over the text of a stranger."""
