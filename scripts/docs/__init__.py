"""Writes the pages of `docs/` that follow from the program: transcripts and the reference."""
