"""Training the bundled term model: texts → pieces → PPMI-SVD → contrastive training → a model folder."""
