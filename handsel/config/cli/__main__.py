from handsel.config.cli import app

app()
