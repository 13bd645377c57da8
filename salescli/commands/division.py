"""`sales division`."""

from salescli.commands.shared.nouns import noun_app

app = noun_app("division", removable=True)
