"""Numbers and a program looked for by chance, by known methods, and by a model."""
