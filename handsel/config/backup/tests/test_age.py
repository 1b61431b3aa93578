"""The age format: ours, and everybody's."""

import io
from base64 import b64decode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handsel.config.backup.age import CHUNK_BYTES, AgeReader, AgeWriter, Damaged, WrongPassphrase

BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
# Written by another implementation: pyrage 1.4.0, for the passphrase "Ada and Ben".
GOLDEN = b64decode(
    """
    YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IHNjcnlwdCA4akF4VnErMzd1N3JPTUFmZERMcGd3IDE3Cm1LTE9QWTdyRn
    p4YnRybDI5cVJzb0RjcTJqbDU0ZWhidGpuMjhOTXczQWsKLS0tIGR4eGIzcXNMWmttaTIzVGN2TFN1VnY0Z3E1bFNl
    Ujl6bnRwQVNsd3ZZbEEKR+/F41iAaR9G8W4Kml6KHb8TXBu6WWTc+fFgH6gpxJ8VNNZXnPYIlnUtVg==
    """
)


def encrypted(data, passphrase="Ada"):
    target = io.BytesIO()
    writer = AgeWriter(target, passphrase, 2)
    for start in range(0, len(data), 50_000):
        writer.write(data[start : start + 50_000])
    writer.close()
    return target.getvalue()


def decrypted(data, passphrase="Ada"):
    return AgeReader(io.BytesIO(data), passphrase).read()


sizes = st.one_of(
    st.integers(0, 300),
    st.builds(lambda n, d: n * CHUNK_BYTES + d, st.integers(1, 3), st.integers(-1, 1)),
)


@settings(deadline=None)
@given(sizes, st.integers(1, 200_000))
def test_what_went_in_comes_out_in_pieces_of_any_size(size, piece):
    data = bytes(range(256)) * (size // 256 + 1)
    data = data[:size]
    reader = AgeReader(io.BytesIO(encrypted(data)), "Ada")

    assert b"".join(iter(lambda: reader.read(piece), b"")) == data


def test_a_file_of_another_implementation_opens():
    assert decrypted(GOLDEN, "Ada and Ben") == b"ten percent"


def test_another_passphrase_is_said_to_be_wrong():
    with pytest.raises(WrongPassphrase):
        decrypted(encrypted(b"ten percent"), "Mallory")


def test_every_flipped_byte_is_refused():
    whole = encrypted(b"ten percent")

    for place in range(len(whole)):
        changed = bytearray(whole)
        changed[place] ^= 1
        with pytest.raises((Damaged, WrongPassphrase)):
            decrypted(bytes(changed))


def test_another_spelling_of_the_same_signature_is_refused():
    """43 characters of base64 have two bits more than 32 bytes; they must be zero."""
    whole = encrypted(b"ten percent")
    end = whole.index(b"\n", whole.index(b"\n---") + 1)
    last = BASE64.index(whole[end - 1 : end])
    respelled = whole[: end - 1] + BASE64[last + 1 : last + 2] + whole[end:]

    with pytest.raises(Damaged):
        decrypted(respelled)


@pytest.mark.parametrize("chunks_left", [0, 1, 2])
def test_a_file_cut_between_two_chunks_is_refused(chunks_left):
    whole = encrypted(bytes(3 * CHUNK_BYTES))
    start = len(whole) - 3 * (CHUNK_BYTES + 16)

    with pytest.raises(Damaged):
        decrypted(whole[: start + chunks_left * (CHUNK_BYTES + 16)])


def test_two_chunks_that_changed_places_are_refused():
    whole = encrypted(bytes(CHUNK_BYTES) + bytes([1]) * CHUNK_BYTES)
    size = CHUNK_BYTES + 16
    head, one, two = whole[: -2 * size], whole[-2 * size : -size], whole[-size:]

    with pytest.raises(Damaged):
        decrypted(head + two + one)


def test_a_writer_that_was_not_closed_leaves_a_file_that_is_refused():
    target = io.BytesIO()
    AgeWriter(target, "Ada", 2).write(bytes(2 * CHUNK_BYTES))

    with pytest.raises(Damaged):
        decrypted(target.getvalue())


def test_a_header_that_asks_for_endless_work_is_refused():
    with pytest.raises(Damaged, match="unreasonable"):
        decrypted(encrypted(b"").replace(b" 2\n", b" 40\n", 1))


def test_something_else_is_no_backup():
    with pytest.raises(Damaged, match="not a backup"):
        decrypted(b"PK\x03\x04 something else")
