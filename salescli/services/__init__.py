"""What a seller can do: one function an intention, for every front end."""
