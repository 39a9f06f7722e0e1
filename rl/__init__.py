"""Training of survival policies. Nothing is here yet."""
