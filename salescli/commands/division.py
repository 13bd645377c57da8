"""`sales division`."""

from salescli.commands.records import noun_app

app = noun_app("division", removable=True)
