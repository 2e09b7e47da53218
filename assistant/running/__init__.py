"""Runs plans: what each comes to, before a word of Chinese is written."""
