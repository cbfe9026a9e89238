"""What every training loop here shares: precision, optimiser, schedule, steps, log, checkpoints."""
