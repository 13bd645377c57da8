"""A terminal sales assistant that guides a sale step by step."""

__version__ = "0.1.0"
