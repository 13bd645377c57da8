"""`make bench`: what the commands cost, as ratios measured in one run."""
