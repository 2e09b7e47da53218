"""Banks: questions that strangers wrote over reports of their own, answered and scored author by author."""
