from django.utils.translation import override

from handsel.ui.countries import country_choices, country_name


def names(language: str) -> list[str]:
    with override(language):
        return [name for _code, name in country_choices()]


def test_countries_stand_in_the_order_of_the_readers_alphabet() -> None:
    assert names("sv")[-2:] == ["Österrike", "Östtimor"]
    assert names("nb")[-2:] == ["Østerrike", "Åland"]
    polish = names("pl")
    assert polish.index("Litwa") < polish.index("Łotwa") < polish.index("Malta")
    english = names("en")
    assert english.index("Afghanistan") < english.index("Åland Islands") < english.index("Zambia")


def test_every_country_is_there_once_and_no_region() -> None:
    codes = [code for code, _name in country_choices()]

    assert len(codes) == len(set(codes)) > 240
    assert {"NO", "SE", "PL", "IE", "XK"} <= {*codes}
    assert {"EU", "ZZ", "001"}.isdisjoint(codes)


def test_what_is_no_country_shows_itself() -> None:
    with override("nb"):
        assert (country_name("NO"), country_name("??")) == ("Norge", "??")
