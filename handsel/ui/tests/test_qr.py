from handsel.ui.qr import qr_inline, qr_png, qr_svg


def test_a_code_scales_as_svg_and_is_dark_on_light():
    drawing = qr_svg("https://go.acme.example/ben").decode()

    assert 'viewBox="0 0 ' in drawing
    assert 'width="' not in drawing
    assert 'fill="#fff' in drawing
    assert 'stroke="#11332a"' in drawing


def test_another_address_is_another_code():
    assert qr_svg("https://go.acme.example/ben") != qr_svg("https://go.acme.example/cleo")


def test_a_picture_is_a_png():
    assert qr_png("https://go.acme.example/ben").startswith(b"\x89PNG\r\n")


def test_a_code_in_a_page_is_read_out_as_its_label():
    drawing = qr_inline("https://acme.example/check/?a=1&b=2", 'Check "it"')

    assert drawing.startswith('<div role="img" aria-label="Check &quot;it&quot;"><svg')
    assert 'class="qr"' in drawing
    assert "<?xml" not in drawing
