"""What strangers send as a picture, and what is kept of it."""

import time
import tracemalloc
from io import BytesIO

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from PIL import Image, ImageChops

from questionbank.formats.fields import BadField
from questionbank.pictures import (
    LARGEST_KEPT,
    LARGEST_SENT,
    LONGEST_SIDE,
    MOST_PIXELS,
    checked_description,
    read_picture,
)
from tests.questionbank.pictures import JPEG, NASTY, PNG, claiming, drawing, encoded, photo

MANY = settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
ORIENTATION, MAKE, GPS = 0x0112, 0x010F, 0x8825


def opened(picture):
    return Image.open(BytesIO(picture.content))


def is_like(one, other, limit=12):
    difference = ImageChops.difference(one.convert("RGB"), other.convert("RGB"))
    return max(high for _low, high in difference.getextrema()) <= limit


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (PNG, "image/png"),
        (encoded(drawing(), "GIF"), "image/png"),
        (encoded(drawing(), "WEBP", lossless=True), "image/png"),
        (JPEG, "image/jpeg"),
        (encoded(photo(), "WEBP"), "image/jpeg"),
        (encoded(photo()), "image/jpeg"),
    ],
)
def test_the_four_formats_are_taken_and_kept_as_what_is_smaller(data, media_type):
    picture = read_picture(data)

    assert picture.media_type == media_type
    assert opened(picture).size == (picture.width, picture.height)
    assert opened(picture).get_format_mimetype() == media_type


def test_a_drawing_is_kept_to_the_last_pixel():
    assert is_like(opened(read_picture(PNG)), drawing(), limit=0)


@pytest.mark.parametrize("name", NASTY)
def test_what_is_no_picture_is_refused_in_words(name):
    with pytest.raises(BadField, match=r"^(tệp không phải là hình|hình lớn quá 24 triệu)"):
        read_picture(NASTY[name])


@pytest.mark.parametrize(("width", "height"), [(6000, 4000), (24_000_000, 1)])
def test_as_many_pixels_as_are_allowed_may_be_claimed(width, height):
    assert width * height == MOST_PIXELS
    with pytest.raises(BadField, match="đã hỏng"):  # it gets so far as to be decoded
        read_picture(claiming(width, height))
    with pytest.raises(BadField, match="24 triệu điểm ảnh"):
        read_picture(claiming(width, height + 1))


def test_a_file_over_the_limit_is_not_even_opened():
    assert read_picture(PNG + bytes(LARGEST_SENT - len(PNG))).media_type == "image/png"
    with pytest.raises(BadField, match="8 MB"):
        read_picture(PNG + bytes(LARGEST_SENT + 1 - len(PNG)))


def test_a_bomb_takes_no_memory_and_no_time():
    tracemalloc.start()
    began = time.monotonic()
    with pytest.raises(BadField):
        read_picture(NASTY["bomb-by-its-extent"])
    took = time.monotonic() - began
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 1024**2
    assert took < 1


@pytest.mark.parametrize("turn", range(1, 9))
def test_a_photo_taken_sideways_stands_upright(turn):
    upright = drawing(300, 160)
    turned = {
        1: None,
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }[turn]
    exif = Image.Exif()
    exif[ORIENTATION] = turn
    sent = upright if turned is None else upright.transpose(turned)

    picture = read_picture(encoded(sent, exif=exif))

    assert is_like(opened(picture), upright, limit=0)


def test_nothing_but_the_picture_is_kept():
    exif = Image.Exif()
    exif[MAKE] = "Máy của bà Lan"
    exif.get_ifd(GPS)[1] = "N"
    profile = b"ICC " + bytes(200)
    for name in ("JPEG", "PNG", "WEBP"):
        sent = encoded(photo(), name, exif=exif, icc_profile=profile, comment=b"bi mat")

        kept = opened(read_picture(sent))

        assert "của bà Lan".encode() not in read_picture(sent).content
        assert dict(kept.getexif()) == {}
        assert {"icc_profile", "comment", "exif"} & kept.info.keys() == set()


def test_what_stands_behind_the_end_of_a_picture_is_dropped():
    tail = b"<script>alert(1)</script>"

    for data in (PNG, JPEG, encoded(photo(), "JPEG", quality=80)):
        assert tail not in read_picture(data + tail).content


def test_a_part_between_the_scans_of_a_jpeg_is_dropped():
    bare = encoded(photo(), "JPEG", quality=80, progressive=True)
    scan = bare.index(b"\xff\xda", bare.index(b"\xff\xda") + 2)
    hidden = b"\xff\xfe\x00\x0abi mat!!"

    picture = read_picture(bare[:scan] + hidden + bare[scan:])

    assert read_picture(bare).content == bare
    assert b"bi mat" not in picture.content


def test_of_a_moving_picture_the_first_frame_is_kept():
    frames = [drawing(colour=colour).quantize(16) for colour in ("seagreen", "orange")]
    for name in ("GIF", "WEBP", "PNG"):
        sent = encoded(
            frames[0].convert("RGB"),
            name,
            save_all=True,
            append_images=[frames[1].convert("RGB")],
            duration=100,
            lossless=True,
        )
        kept = opened(read_picture(sent))

        assert getattr(kept, "n_frames", 1) == 1
        assert is_like(kept, drawing(colour="seagreen"), limit=0)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "PA"])
def test_what_is_transparent_is_white(mode):
    clear = Image.new("RGBA", (40, 30), (0, 0, 0, 0)).convert(mode)

    name = "PNG" if mode != "PA" else "WEBP"
    kept = opened(read_picture(encoded(clear.convert("RGBA") if mode == "PA" else clear, name)))

    assert kept.convert("RGB").getcolors() == [(1200, (255, 255, 255))]


def test_sixteen_bits_of_grey_are_shown_as_eight():
    deep = Image.linear_gradient("L").convert("I").point(lambda value: value * 256).convert("I;16")

    kept = opened(read_picture(encoded(deep)))

    assert is_like(kept, Image.linear_gradient("L"), limit=2)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ((4000, 3000), (1600, 1200)),
        ((1000, 4000), (400, 1600)),
        ((1600, 1600), (1600, 1600)),
        ((1601, 1), (1600, 1)),
        ((1, 1), (1, 1)),
    ],
)
def test_the_longer_side_is_bounded(sent, kept):
    for name in ("JPEG", "PNG"):
        picture = read_picture(encoded(Image.new("RGB", sent), name))

        assert (picture.width, picture.height) == kept
    assert max(kept) <= LONGEST_SIDE


def test_even_noise_is_small_in_the_end():
    picture = read_picture(encoded(Image.effect_noise((1600, 1600), 200), "JPEG", quality=60))

    assert len(picture.content) <= LARGEST_KEPT
    assert picture.width == picture.height < 1600


@pytest.mark.parametrize(
    "data",
    [
        PNG,
        JPEG,
        encoded(photo()),
        encoded(photo().convert("L")),
        encoded(photo(3000, 2000), "JPEG", quality=95),
        encoded(drawing(2500, 2000)),
        encoded(Image.effect_noise((1600, 1600), 200), "JPEG", quality=60),
        encoded(photo().convert("CMYK"), "JPEG"),
        encoded(drawing().convert("1")),
    ],
)
def test_what_is_kept_is_read_again_as_the_same(data):
    """So that a question that leaves the bank in a file comes back unchanged."""
    kept = read_picture(data)

    again = read_picture(kept.content)

    assert again == kept
    assert again.content == kept.content


@MANY
@given(noise=st.binary(max_size=600), head=st.sampled_from([b"", PNG[:8], JPEG[:4], b"GIF89a"]))
def test_noise_raises_nothing_but_the_refusal(noise, head):
    with pytest.raises(BadField):
        read_picture(head + noise)


SENT = [
    encoded(drawing(40, 30)),
    encoded(drawing(40, 30), "JPEG", exif=b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01"),
    encoded(drawing(40, 30), "WEBP"),
    encoded(drawing(40, 30).quantize(8), "GIF"),
]


@MANY
@given(st.sampled_from(SENT), st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255))))
def test_a_picture_with_wrong_bytes_is_taken_or_refused(sent, wrong):
    broken = bytearray(sent)
    for place, byte in wrong:
        broken[int(place * len(broken))] = byte
    try:
        picture = read_picture(bytes(broken))
    except BadField:
        return
    assert picture.width * picture.height <= LONGEST_SIDE**2
    assert read_picture(picture.content) == picture


@pytest.mark.parametrize("text", ["", "  \n", "x" * 301, "a\x00b"])
def test_a_description_has_to_say_something(text):
    with pytest.raises(BadField):
        checked_description(text)


def test_a_description_is_tidied():
    assert checked_description("  Biểu đồ\n hai cột ") == "Biểu đồ hai cột"
