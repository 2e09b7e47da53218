"""勾稽检查: the relations that a report's figures must hold, found by its own headers, and where they fail."""
