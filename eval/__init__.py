"""Evaluation: samples and benchmarks; nothing imports it."""
