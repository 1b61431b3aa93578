from handsel.ui.qr import qr_png, qr_svg


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
