"""Experts at files."""
