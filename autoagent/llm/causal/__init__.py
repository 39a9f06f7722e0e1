"""Causal language models in torch: to run, to sample from in batches, and to train."""

from autoagent.llm.causal.load import Causal, load_causal
from autoagent.llm.causal.model import Transformers

__all__ = ["Causal", "Transformers", "load_causal"]
