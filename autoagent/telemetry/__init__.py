"""Runs for one's own monitoring: made of the journal, sent by OTLP; see docs/monitoring.md."""
