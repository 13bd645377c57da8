"""What keys do: questions, and the change that they lead to."""
