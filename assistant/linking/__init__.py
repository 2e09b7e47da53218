"""The words of a question, linked to what the loaded reports can talk about; all readings are kept."""
