"""The terminal interface: an app, its screens and their widgets."""
