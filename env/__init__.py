"""The gymnasium survival environment. Nothing is here yet."""
