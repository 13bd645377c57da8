"""The guided process: its definition, its checker and its engine."""
