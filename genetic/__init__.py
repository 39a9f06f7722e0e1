"""The genetic engine: a generic algorithm, and translation by evolution on top of it."""
