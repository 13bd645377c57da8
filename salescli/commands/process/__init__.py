"""`sales process`: the definitions, the tools to change them, and the log of what ran."""

import typer

from salescli.commands.process import editing, looking, running
from salescli.commands.shared.catalog import EPILOG

app = typer.Typer(add_completion=False, help="Show, check, change and publish processes; their log")

app.command("list", epilog=EPILOG)(looking.list_processes)
app.command("show", epilog=EPILOG)(looking.show_process)
app.command("check", epilog=EPILOG)(looking.check_process)
app.command("diff", epilog=EPILOG)(looking.diff_processes)
app.command("log", epilog=EPILOG)(looking.show_log)
app.command("add", epilog=EPILOG)(editing.add_process)
app.command("copy", epilog=EPILOG)(editing.copy_process)
app.command("edit", epilog=EPILOG)(editing.edit_process)
app.command("publish", epilog=EPILOG)(editing.publish_process)
app.command("enable", epilog=EPILOG)(running.enable_process)
app.command("disable", epilog=EPILOG)(running.disable_process)
app.command("migrate", epilog=EPILOG)(running.migrate_process)
