"""`sales plan`: quotas, and what was won against them."""

from typing import Annotated

import typer

from salescli.commands.shared import completions
from salescli.commands.shared.catalog import EPILOG
from salescli.commands.shared.options import Explain

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Set quotas, show performance")

Login = Annotated[
    str,
    typer.Argument(
        metavar="LOGIN", help="Whose; `me` is you", autocompletion=completions.records("user")
    ),
]
PeriodName = Annotated[str, typer.Argument(metavar="PERIOD", help="Such as 2026-11, 2026-Q4, 2026")]


@app.command("set", epilog=EPILOG)
def set_quota(
    context: typer.Context,
    login: Login,
    period: PeriodName,
    amount: Annotated[str, typer.Argument(metavar="AMOUNT", help="Such as 250k")],
) -> None:
    """Give somebody a quota for a period

    Example: sales plan set me 2026-Q4 250k
    """
    from salescli.domain.text import shell_word
    from salescli.services import plans

    done = plans.set_quota(context.obj.unit, login, period, amount)
    following = f"sales plan show {shell_word(login)} --period {shell_word(period)}"
    context.obj.output.changed([done], following)


@app.command("remove", epilog=EPILOG)
def remove_quota(context: typer.Context, login: Login, period: PeriodName) -> None:
    """Remove the quota of somebody in a period

    Example: sales plan remove bo 2026-Q4
    """
    from salescli.services import plans

    done = plans.remove_quota(context.obj.unit, login, period)
    context.obj.output.changed([done], "sales plan show --team")


@app.command("import", epilog=EPILOG)
def import_quotas(
    context: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE", help="A CSV file; `-` is stdin")],
) -> None:
    """Import quotas from a CSV file with the columns login, period, amount and currency

    Example: sales plan import quotas.csv

    A line that cannot be read refuses the whole file. A quota that is there is replaced.
    """
    from salescli.domain.text import counted
    from salescli.services import plan_files, plans

    done = plans.import_quotas(context.obj.unit, plan_files.rows_of(file))
    output = context.obj.output
    if output.as_json:
        output.document({"changed": done})
        return
    for sentence in done if not output.is_terminal else ():
        output.line(sentence)
    output.line(f"Saved {counted(len(done), 'quota')}")
    output.line("Next: sales plan show --team")


@app.command("show", epilog=EPILOG)
def show(
    context: typer.Context,
    login: Annotated[
        str,
        typer.Argument(
            metavar="LOGIN", help="Whose; yours", autocompletion=completions.records("user")
        ),
    ] = "",
    period: Annotated[
        str, typer.Option("--period", metavar="PERIOD", help="Such as 2026-Q4; this quarter")
    ] = "",
    team: Annotated[bool, typer.Option("--team", help="The leaderboard of everybody")] = False,
    division: Annotated[
        str,
        typer.Option("--division", metavar="DIVISION", help="The leaderboard of one division"),
    ] = "",
    explain: Explain = False,
) -> None:
    """Show quota, won, pace and weighted pipeline of a period, or the leaderboard

    Examples: sales plan show; sales plan show bo --period 2026-11; sales plan show --team

    Pace is the share of the quota that is won, divided by the share of the period's working days
    that are over: 100 % is on the straight line. In a pipe each person is a row.
    """
    from salescli.commands.shared import plan_view
    from salescli.services import plans

    if team or division:
        plan_view.show_team(context.obj, plans.team(context.obj.unit, period, division))
        return
    plan_view.show(context.obj, plans.plan_of(context.obj.unit, login, period), explains=explain)


@app.command("chart", epilog=EPILOG)
def chart(
    context: typer.Context,
    name: Annotated[
        str,
        typer.Argument(
            metavar="CHART",
            help="funnel, ageing, plan, burn-up or leaderboard",
            autocompletion=completions.charts,
        ),
    ],
    login: Annotated[
        str,
        typer.Argument(
            metavar="LOGIN", help="Whose; yours", autocompletion=completions.records("user")
        ),
    ] = "",
    period: Annotated[
        str, typer.Option("--period", metavar="PERIOD", help="Such as 2026-Q4; this quarter")
    ] = "",
    division: Annotated[
        str, typer.Option("--division", metavar="DIVISION", help="The leaderboard of one division")
    ] = "",
    everybody: Annotated[
        bool, typer.Option("--all", "-a", help="Everybody's opportunities")
    ] = False,
    how: Annotated[
        str,
        typer.Option("--format", metavar="text|csv|json|html", help="What it is written as"),
    ] = "",
    to: Annotated[
        str, typer.Option("--to", metavar="FILE", help="A new file; its name tells the format")
    ] = "",
) -> None:
    """Draw a figure, or write it as CSV, JSON or a page of HTML

    Examples: sales plan chart funnel --all; sales plan chart burn-up bo --period 2026-11;
    sales plan chart leaderboard --to october.html

    Funnel and ageing count the open opportunities of now, yours unless --all or a login says more.
    In a pipe the rows behind the figure are shown.
    """
    from salescli.commands.shared import chart_view
    from salescli.services.plan_charts import Asked
    from salescli.services.plan_charts import chart as made

    asked = Asked(login, period, division, everybody)
    chart_view.show(context.obj, made(context.obj.unit, name, asked), how, to)
