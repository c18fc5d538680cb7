"""`llm-costs`: the platform's command line.

    llm-costs demo      sample bills to dashboards, no account needed
    llm-costs run       the daily job on your own bills
    llm-costs doctor    what is set wrong, and what is not allowed
    llm-costs ask       a question about costs
    llm-costs reconcile   whether warehouses say the same
    llm-costs migrate     customers from one phase to the next
    llm-costs tenants     credentials that read one customer's rows
    llm-costs grafana     dashboards and alerts in a Grafana that runs
    llm-costs export    costs as files for other tools

Each command is a module of its own; this one only puts them together.
"""

import typer

from orchestrate import (
    ask,
    dashboards,
    demo,
    doctor,
    export,
    grafana,
    mcp,
    migrate,
    reconcile,
    run,
    serve,
    tenants,
)

HELP = """
What your AI usage costs, from the bills of AWS, Azure and Google Cloud.

[bold]First look[/bold] (no account needed)

  $ llm-costs demo              sample bills, marts, dashboards and a summary

[bold]Every day[/bold], on your own bills

  $ llm-costs doctor            check every setting and permission first
  $ llm-costs run               load what changed, build, test, publish

[bold]Ask[/bold]

  $ llm-costs ask "what did we spend yesterday"
  $ llm-costs serve             the same as an API, with a token for each asker
  $ llm-costs mcp               the same for Claude Desktop, Cursor and others

[bold]One part at a time[/bold]

  $ dlt pipeline run            load the bills only
  $ dbt build --target duckdb   build and test the marts only
  $ llm-costs dashboards        write the Grafana dashboards
  $ llm-costs grafana push      bring them to a Grafana that runs
  $ llm-costs reconcile         compare warehouses
  $ llm-costs migrate status    who reads which warehouses, and who may move
  $ llm-costs tenants list      credentials that read one customer's rows only
  $ llm-costs export focus      write the costs as FOCUS files

Settings come from the environment (.env.example lists them) and .dlt/config.toml; the
README says how to connect your own bills. Every command has its own --help.
"""

app = typer.Typer(
    help=HELP,
    no_args_is_help=True,
    rich_markup_mode="rich",
    add_completion=False,
    # Values of variables can hold secrets.
    pretty_exceptions_show_locals=False,
)
app.command("demo")(demo.demo)
app.command("run")(run.run)
app.command("doctor")(doctor.doctor)
app.command("ask")(ask.ask)
app.command("serve")(serve.serve)
app.command("mcp")(mcp.mcp)
app.command("token")(serve.token)
app.command("reconcile")(reconcile.reconcile)
app.command("dashboards")(dashboards.dashboards)
app.add_typer(migrate.app, name="migrate")
app.add_typer(tenants.app, name="tenants")
app.add_typer(grafana.app, name="grafana")
app.add_typer(export.app, name="export")


if __name__ == "__main__":
    app()
