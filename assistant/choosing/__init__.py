"""Which of the things that a question may mean is meant, and how sure that is."""
