"""How often one answer of a model mends a function, before and after it learnt from other ones."""
