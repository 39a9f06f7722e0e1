"""What is deleted with a run: its events, and what no other run refers to."""

from __future__ import annotations

_GENOME = "CASE WHEN json_valid(data) THEN COALESCE(json_extract(data, '$.genome'), '') ELSE '' END"
_NAMED = "kind IN ('heartbeat', 'outcome')"
_FILES = (
    "SELECT file.value FROM events, json_each("
    "CASE WHEN json_valid(data) THEN json_extract(data, '$.files') END) AS file "
    "WHERE kind IN ('run', 'born') AND file.type = 'text'"
)

DELETIONS = (
    f"DELETE FROM genomes WHERE hash IN (SELECT {_GENOME} FROM events WHERE run = :run "
    f"AND +{_NAMED}) AND hash NOT IN (SELECT {_GENOME} FROM events WHERE {_NAMED} AND run != :run)",
    f"DELETE FROM files WHERE hash IN ({_FILES} AND run = :run) "
    f"AND hash NOT IN ({_FILES} AND run != :run)",
    "DELETE FROM events WHERE run = :run",
)
"""Statements that delete the run named ``run``, in this order: the events tell what is its own."""
