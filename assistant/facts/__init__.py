"""What the loaded reports can talk about, ready to be linked with a question."""
