"""`sales account`."""

from salescli.commands.records import noun_app

app = noun_app("account")
