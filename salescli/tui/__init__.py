"""The terminal interface: the board and its screens begin here."""
