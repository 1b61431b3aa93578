from handsel.config.settings import DATABASES


def test_a_database_that_falls_silent_is_given_up() -> None:
    """libpq's own defaults wait two hours, and for a connection for ever."""
    options = DATABASES["default"]["OPTIONS"]

    assert 0 < int(options["connect_timeout"]) <= 10
    assert 0 < int(options["tcp_user_timeout"]) <= 60_000
    assert 0 < int(options["keepalives_idle"]) <= 60
