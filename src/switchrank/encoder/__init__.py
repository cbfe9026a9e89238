"""The multilingual encoder: read in, or pre-aligned by contrastive training."""
