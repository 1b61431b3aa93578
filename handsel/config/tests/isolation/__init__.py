"""Nobody sees what belongs to somebody else: every route, every table, every statement.

`world` has two brands and two partners with rows in every table; `routes` says of every address
how its arguments are made. A route or a table that is missing from them fails the tests.
"""
