"""`handsel demo`, without loading one: that is in handsel/demo/tests."""

from handsel.config.cli.tests.test_command import run


def test_who_may_sign_in_is_told_again(tmp_path):
    (tmp_path / "demo.json").write_text('{"seed": 1, "loaded_at": "2026-11-20T10:00:00+00:00"}')
    told = run("demo", "sign-ins", "--data", str(tmp_path))

    assert told.returncode == 0
    assert "sigrid@marigold.example" in told.stdout
    assert "ember-yarn-garland-ivory" in told.stdout


def test_where_there_is_no_demo_nobody_may(tmp_path):
    refused = run("demo", "sign-ins", "--data", str(tmp_path))

    assert refused.returncode == 1
    assert "holds no demo" in refused.stderr


def test_time_does_not_go_backwards(tmp_path):
    refused = run("demo", "travel", "--days", "-3", "--data", str(tmp_path))

    assert refused.returncode == 2
    assert list(tmp_path.iterdir()) == []
