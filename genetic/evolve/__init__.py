"""Any text that an evaluator can judge, made better by models: a use of `genetic.search`."""
