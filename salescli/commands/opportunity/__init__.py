"""`sales opportunity`: the records, their history, and what hangs on them."""

from salescli.commands.opportunity import documents, parts, people, texts
from salescli.commands.shared.catalog import EPILOG
from salescli.commands.shared.nouns import noun_app

app = noun_app("opportunity")
app.command("history", epilog=EPILOG)(texts.show_history)
app.command("tactics", epilog=EPILOG)(texts.show_tactics)
app.command("attach", epilog=EPILOG)(documents.attach)
app.command("attachments", epilog=EPILOG)(documents.list_attachments)
app.command("detach", epilog=EPILOG)(documents.detach)
app.add_typer(people.stakeholder)
app.add_typer(parts.competitor)
app.add_typer(parts.condition)
app.add_typer(parts.line)
