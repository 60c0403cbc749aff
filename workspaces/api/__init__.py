"""JSON about places, and coming in through somebody else."""
