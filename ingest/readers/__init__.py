"""One module a file format; each returns a ``Document``."""
