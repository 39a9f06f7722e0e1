"""Analyzers look at a program before it is used, and say what they find in words and numbers."""

from autoagent.analyzers.analyzer import ANALYZERS, Analyzer, analyzed, open_analyzers
from autoagent.analyzers.findings import Analysis, Finding, Subject
from autoagent.analyzers.tools import Tools

__all__ = [
    "ANALYZERS",
    "Analysis",
    "Analyzer",
    "Finding",
    "Subject",
    "Tools",
    "analyzed",
    "open_analyzers",
]
