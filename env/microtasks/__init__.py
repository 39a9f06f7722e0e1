"""Micro-tasks: small functions that an organism has to write to live, of three levels.

A life poses one after the other. Each has numbers and names of its own, so none can be prepared;
some take a function that was written earlier in the same life, or ask for it to be changed.
"""

from env.microtasks.course import Course
from env.microtasks.families import FAMILIES, SPLITS, Family, Split
from env.microtasks.microtask import MicroTask
from env.microtasks.solve import solution

__all__ = ["FAMILIES", "SPLITS", "Course", "Family", "MicroTask", "Split", "solution"]
