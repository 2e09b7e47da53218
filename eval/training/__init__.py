"""Training of what the program has learned; each script writes weights and their card."""
