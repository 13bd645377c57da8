"""Where SQL lives, and nowhere else."""
