"""The genetic engine. Nothing is here yet."""
