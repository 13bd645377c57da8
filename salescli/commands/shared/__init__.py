"""What commands share: their names, their arguments, and what they show."""
