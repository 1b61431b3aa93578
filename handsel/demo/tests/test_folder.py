import pytest

from handsel.demo.folder import NotADemo, begin, clear, finish, is_half_loaded, loaded, the_demo


@pytest.fixture
def data(tmp_path):
    (tmp_path / "HANDSEL").write_text("layout 1\n")
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "PG_VERSION").write_text("18")
    return tmp_path


def test_what_was_loaded_to_its_end_is_remembered(data):
    begin(data)
    assert is_half_loaded(data)

    finish(data, seed=7)

    assert not is_half_loaded(data)
    assert the_demo(data).seed == 7


def test_what_was_loaded_half_makes_room(data):
    begin(data)
    clear(data, keep={"HANDSEL"})

    assert [path.name for path in data.iterdir()] == ["HANDSEL"]


def test_nothing_else_is_ever_removed(data):
    with pytest.raises(NotADemo):
        clear(data, keep={"HANDSEL"})

    assert (data / "postgres" / "PG_VERSION").is_file()
    assert loaded(data) is None


def test_a_folder_without_a_demo_has_nobody_to_sign_in(data):
    with pytest.raises(NotADemo):
        the_demo(data)
