"""`handsel up`: PostgreSQL, migrations and the four processes under one supervisor, one log."""
