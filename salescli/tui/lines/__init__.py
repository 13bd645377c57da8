"""What is typed after `:` or into the palette, and what it does."""
