"""The survival environment, where verifiers looks for it: `vf-eval survival-v1 --model MODEL`."""

from env.adapters.verifiers import ChatHarness, SurvivalEnv, SurvivalTaskset

__all__ = ["ChatHarness", "SurvivalEnv", "SurvivalTaskset"]
