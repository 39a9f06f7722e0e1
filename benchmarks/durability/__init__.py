"""What survives when a long command is cut off; see `benchmarks.durability.__main__`."""
