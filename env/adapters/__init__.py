"""The survival environment as other libraries' trainers take theirs: an adapter for each."""
