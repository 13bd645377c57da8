"""What the screens show, as text of a width."""
