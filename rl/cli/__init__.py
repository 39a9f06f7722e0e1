"""The commands about policies: `train`, `evaluate`, `finetune`."""
