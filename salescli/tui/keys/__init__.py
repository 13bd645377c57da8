"""How keys reach the board, and keys of one's own."""
