"""The `handsel` command. Commands are thin, and import what they need when they are called."""

import typer

from handsel.config.cli import demo, imports, receipts, terms
from handsel.config.cli.backup import backup, restore
from handsel.config.cli.doctor import doctor
from handsel.config.cli.groups import RefusingGroup
from handsel.config.cli.options import Data, Host, Port, Workers, chosen
from handsel.config.cli.replay import replay
from handsel.config.cli.verify import verify

app = typer.Typer(
    name="handsel",
    help="Affiliate and partner programs in which every number can be explained and checked.",
    cls=RefusingGroup,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


@app.command()
def up(port: Port = None, data: Data = None, host: Host = None) -> None:
    """Start everything on this machine: PostgreSQL, pages, links, and the work behind them."""
    from handsel.config.supervisor.supervise import up

    up(chosen(data, port, host))


@app.command()
def migrate(data: Data = None) -> None:
    """Bring the database's tables to this version, as their owner."""
    from handsel.config.supervisor.database import database
    from handsel.config.supervisor.migrations import migrate

    environment = chosen(data)
    with database(environment) as urls:
        migrate(urls)


@app.command()
def web(
    port: Port = None, data: Data = None, host: Host = None, workers: Workers = 1, threads: int = 4
) -> None:
    """Serve the pages and the API; each process answers with so many threads."""
    from handsel.config.supervisor.processes import run_web

    run_web(chosen(data, port, host), workers=workers, threads=threads)


@app.command()
def tracking(port: Port = None, data: Data = None, host: Host = None, workers: Workers = 1) -> None:
    """Serve the links, on the port after the pages'."""
    from handsel.config.supervisor.serve import serve_tracking

    environment = chosen(data, port, host)
    serve_tracking(environment.host, environment.port + 1, workers=workers)


@app.command()
def intake(data: Data = None) -> None:
    """Move what tracking has spooled on this host into PostgreSQL."""
    from handsel.config.supervisor.processes import run_intake

    run_intake(chosen(data))


@app.command()
def worker(data: Data = None) -> None:
    """Compute commissions, seal the ledger, send letters, run schedules."""
    from handsel.config.supervisor.processes import run_worker

    run_worker(chosen(data))


@app.command("setup-link", hidden=True)
def setup_link(data: Data = None) -> None:
    """Print the one-time link to the first-run wizard, or nothing once there is an organization."""
    from handsel.config.supervisor.processes import print_setup_link

    print_setup_link(chosen(data))


app.command()(doctor)
app.command()(backup)
app.command()(restore)
app.command()(verify)
app.command()(replay)
app.add_typer(imports.app, name="import")
app.add_typer(demo.app, name="demo")
app.add_typer(receipts.app, name="receipts")
app.add_typer(terms.app, name="terms")
