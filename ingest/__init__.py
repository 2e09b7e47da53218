"""Reading reports: file → Document → facts and passages → store."""
