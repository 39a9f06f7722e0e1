"""A benchmark: how well programs are translated, by evolution, by drafts, by an agent.

Half of each task's inputs are hidden: they are in no prompt and in no fitness, and decide alone.
"""
