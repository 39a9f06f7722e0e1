"""Runs tasks in modes, one after the other, and nothing twice."""

from __future__ import annotations
