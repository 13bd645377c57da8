"""`sales offer`."""

from salescli.commands.shared.nouns import noun_app

app = noun_app("offer")
