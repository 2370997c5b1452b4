"""QR codes and the poster."""

from io import BytesIO
from xml.etree import ElementTree as ET

import pytest
import zxingcpp
from django.urls import reverse
from PIL import Image

from accounts.enums import Role
from contest.enums import RoundKind
from contest.qr_codes import qr_png
from tests.factories import ContestFactory, RoleGrantFactory, RoundFactory

pytestmark = pytest.mark.django_db

ADDRESS = "http://testserver/hoi-thi/cchc/"
FORMATS = ["qr_svg", "qr_png"]


@pytest.fixture
def contest():
    return ContestFactory(slug="cchc", name="Hội thi CCHC")


def answer(client, name, **query):
    return client.get(reverse(f"contest:{name}", args=["cchc"]), query)


def test_svg_is_a_picture_on_white(contest, client):
    response = answer(client, "qr_svg")

    assert response["Content-Type"] == "image/svg+xml"
    root = ET.fromstring(response.content)  # noqa: S314 (our own)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert [child.get("fill") for child in root] == ["white", "#000000"]


@pytest.mark.parametrize("size", [None, 128, 333, 2048])
def test_png_is_a_square_of_the_size_asked_for(size, contest, client):
    response = answer(client, "qr_png", **({"size": size} if size else {}))

    assert response["Content-Type"] == "image/png"
    image = Image.open(BytesIO(response.content))
    assert image.size == (size or 512, size or 512)
    assert image.getpixel((0, 0)) == 255


@pytest.mark.parametrize("size", ["127", "2049", "-1", "to", "1e3"])
def test_png_of_another_size_is_refused(size, contest, client):
    assert answer(client, "qr_png", size=size).status_code == 400


@pytest.mark.parametrize("name", FORMATS)
def test_qr_may_be_kept_and_is_not_sent_again(name, contest, client):
    response = answer(client, name)
    again = client.get(
        reverse(f"contest:{name}", args=["cchc"]), headers={"if-none-match": response["ETag"]}
    )

    assert "max-age=86400" in response["Cache-Control"]
    assert "Cookie" not in response.get("Vary", "")
    assert again.status_code == 304


@pytest.mark.parametrize("name", FORMATS)
def test_qr_follows_the_public_address(name, contest, client, settings):
    inside = answer(client, name).content
    settings.PUBLIC_URL = "https://hoithi.soctrang.gov.vn"

    assert answer(client, name).content != inside


def test_png_too_small_for_its_text_is_an_error():
    with pytest.raises(ValueError, match="pixels are needed"):
        qr_png("x" * 500, size=64)


@pytest.mark.parametrize("name", [*FORMATS, "poster"])
@pytest.mark.parametrize(
    ("role", "status"), [(None, 404), (Role.JURY, 404), (Role.ORGANISER, 200), (Role.OBSERVER, 200)]
)
def test_unpublished_contest_is_for_its_organisers(name, role, status, contest, client):
    contest.is_published = False
    contest.save(update_fields=["is_published"])
    if role:
        user = RoleGrantFactory(role=role).user
        client.force_login(user)

    assert answer(client, name).status_code == status


@pytest.mark.parametrize("name", [*FORMATS, "poster"])
def test_unknown_contest_is_404(name, client):
    assert answer(client, name).status_code == 404


def test_poster_shows_what_a_passer_by_needs(contest, client, settings):
    settings.PUBLIC_URL = "https://hoithi.soctrang.gov.vn"
    RoundFactory(contest=contest, kind=RoundKind.PRACTICE, name="Thi thử")
    RoundFactory(contest=contest)

    html = answer(client, "poster").content.decode()

    assert "Hội thi CCHC" in html
    assert "Sở Nội vụ" in html
    assert "hoithi.soctrang.gov.vn/hoi-thi/cchc/" in html
    assert reverse("contest:qr_svg", args=["cchc"]) in html
    assert "11:00, 15/09/2026" in html
    assert "13:00, 15/09/2026" in html


def test_poster_before_any_round_has_no_dates(contest, client):
    assert "poster-dates" not in answer(client, "poster").content.decode()


def decoded(png):
    (code,) = zxingcpp.read_barcodes(Image.open(BytesIO(png)))
    return code


@pytest.mark.parametrize("size", [128, 512, 2048])
def test_png_leads_a_scanner_to_the_contest(size, contest, client):
    code = decoded(answer(client, "qr_png", size=size).content)

    assert (code.text, code.ec_level) == (ADDRESS, "M")
    assert code.format == zxingcpp.BarcodeFormat.QRCode


def test_png_leads_to_the_public_address_where_there_is_one(contest, client, settings):
    settings.PUBLIC_URL = "https://hoithi.soctrang.gov.vn"

    code = decoded(answer(client, "qr_png").content)

    assert code.text == "https://hoithi.soctrang.gov.vn/hoi-thi/cchc/"
