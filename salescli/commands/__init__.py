"""What a seller can type: one module a noun, one for the daily verbs."""
