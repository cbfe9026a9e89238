"""Cross-encoders: training and scoring."""
