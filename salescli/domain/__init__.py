"""The rules of selling, in plain Python: no clock, no files, no SQL."""
