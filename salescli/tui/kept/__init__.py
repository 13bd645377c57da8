"""What the board keeps beside the store, for one person."""
