"""A journalled search: births that ask models, judged, bounded in questions, taken up again.

What is searched for, and how a candidate comes about, is a use of it: `genetic.translate` breeds
translations, `genetic.evolve` whatever an evaluator can judge.
"""
