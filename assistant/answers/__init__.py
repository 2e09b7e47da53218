"""Writes what a plan came to as an answer with its sources."""
