"""What a question may mean: a small closed language over the reports' own figures."""
