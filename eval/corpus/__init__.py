"""Synthetic reports of made-up departments, with everything that is true of them beside them.

Shares no code with the reader, so that the two can't agree on the same mistake.
"""
