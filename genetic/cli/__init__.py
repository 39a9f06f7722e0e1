"""The commands about programs: `translate`, `score`, and the benchmark of translations."""
