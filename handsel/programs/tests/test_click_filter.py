import pytest

from handsel.activity.models import Activity
from handsel.errors import InvalidInput
from handsel.programs.services import change_click_filter


def test_a_program_filters_moderately_until_it_is_told_otherwise(program):
    assert (program.click_filter, program.repeat_window_s) == ("moderate", 10)


def test_a_change_of_the_filter_is_written_down_with_what_was_before(program, ada):
    change_click_filter(program.pk, click_filter="strict", repeat_window_s=60, actor=ada)

    program.refresh_from_db()
    assert (program.click_filter, program.repeat_window_s) == ("strict", 60)
    [written] = Activity.objects.filter(verb="program.click-filter-changed")
    assert written.data["before"] == {"click_filter": "moderate", "repeat_window_s": 10}


def test_saving_the_filter_as_it_is_leaves_no_trace(program, ada):
    change_click_filter(program.pk, click_filter="moderate", repeat_window_s=10, actor=ada)

    assert not Activity.objects.filter(verb="program.click-filter-changed").exists()


@pytest.mark.parametrize(
    ("level", "seconds", "field"),
    [
        ("harsh", 10, "click_filter"),
        ("strict", -1, "repeat_window_s"),
        ("strict", 3601, "repeat_window_s"),
    ],
)
def test_what_is_no_filter_is_refused_by_name_and_changes_nothing(
    program, ada, level, seconds, field
):
    with pytest.raises(InvalidInput) as refused:
        change_click_filter(program.pk, click_filter=level, repeat_window_s=seconds, actor=ada)

    program.refresh_from_db()
    assert refused.value.field == field
    assert program.click_filter == "moderate"
