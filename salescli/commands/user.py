"""`sales user`."""

from salescli.commands.records import noun_app

app = noun_app("user")
