"""The icon sprite and the browser libraries, against what npm installed."""

import re
from pathlib import Path

import pytest

from handsel.ui import sprite, vendor

installed = pytest.mark.skipif(
    not sprite.SOURCE.is_dir(), reason="node_modules is not installed; run `npm ci`"
)


@installed
def test_the_committed_sprite_is_the_one_that_is_built():
    assert sprite.SPRITE.read_text(encoding="utf-8") == sprite.build()


def test_the_sprite_holds_every_icon_without_colours_of_its_own():
    svg = sprite.SPRITE.read_text(encoding="utf-8")

    assert set(re.findall(r'<symbol id="i-([^"]+)"', svg)) == set(sprite.ICONS)
    assert "stroke=" not in svg
    assert "style=" not in svg


@installed
def test_the_libraries_are_copied_byte_for_byte(tmp_path):
    copies = vendor.copy(target=tmp_path / "vendor")

    assert {copy.name for copy in copies} == set(vendor.FILES)
    for copy in copies:
        assert copy.read_bytes() == (vendor.SOURCE / vendor.FILES[copy.name]).read_bytes()


def test_without_node_modules_it_says_what_to_run(tmp_path):
    with pytest.raises(vendor.LibrariesMissing, match="npm ci"):
        vendor.copy(tmp_path / "node_modules", tmp_path / "vendor")
    assert not (tmp_path / "vendor").exists()


def test_the_fonts_sheet_names_files_that_are_vendored():
    css = (Path(sprite.SPRITE).parent / "css" / "fonts.css").read_text(encoding="utf-8")

    named = re.findall(r'url\("\.\./\.\./vendor/([^"]+)"\)', css)
    assert len(named) == 2
    assert set(named) <= set(vendor.FILES)
