"""The jury's path, in a real browser: from the last attempt to the published page."""

import json
import re
import subprocess
import sys

import pytest

from tests.e2e.steps import CONTEST, answer_everything, open_paper, sign_in, sign_up, submit
from tests.live import REPOSITORY, live_site

pytestmark = pytest.mark.e2e

DESKTOP = {"width": 1280, "height": 900}
CLOSING = f"/giam-khao/{CONTEST}/ket-thuc/?ky=tuan-2"
CLOSE_THE_ROUND = (
    "from datetime import timedelta; from django.utils import timezone;"
    "from contest.models import Attempt, Round;"
    "Round.objects.filter(slug='tuan-2').update("
    "closes_at=timezone.now() - timedelta(minutes=1));"
    "assert not Attempt.objects.running().filter(round__slug='tuan-2').exists()"
)


@pytest.fixture
def site(site_template):
    """One of its own: the round that all others use is closed here."""
    with live_site(site_template) as site:
        yield site


def juror(browser, site, number):
    page = browser.new_page(viewport=DESKTOP, base_url=site.url)
    sign_in(page, site.url, f"giamkhao{number}@vidu.vn")
    return page


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def test_from_the_last_attempt_to_the_published_page(site, browser, tmp_path):
    person = browser.new_page(base_url=site.url)
    sign_up(person, site.url, name="Lý Thị Sau Cùng", phone="0912 345 602")
    open_paper(person)
    answer_everything(person)
    first = juror(browser, site, 1)
    first.goto(CLOSING)
    assert first.get_by_text("Chưa được").count() >= 2
    assert first.get_by_role("button", name="Niêm phong kết quả").count() == 0

    submit(person)
    receipt = person.url
    digest = person.locator("[data-digest]").inner_text()
    assert re.fullmatch(r"([0-9a-f]{4} ){3}[0-9a-f]{4}", digest)
    person.get_by_role("link", name="Gửi khiếu nại").click()
    person.select_option("select[name=position]", label="Câu 3")
    person.fill("textarea[name=text]", "Câu này có hai phương án đúng.")
    press(person, "Gửi khiếu nại")
    person.wait_for_url(receipt)
    site.manage("shell", "--verbosity", "0", "-c", CLOSE_THE_ROUND)

    first.goto(CLOSING)
    first.get_by_role("link", name="Đã trả lời khiếu nại").click()
    first.get_by_role("link", name="Lý Thị Sau Cùng").click()
    first.get_by_label("Không chấp nhận").check()
    first.fill("textarea[name=reply]", "Chỉ phương án đã công bố đúng với văn bản.")
    press(first, "Gửi trả lời")

    first.goto(CLOSING)
    press(first, "Niêm phong kết quả")
    assert first.get_by_text("cần một thành viên khác của Ban giám khảo xác nhận").is_visible()
    assert first.get_by_role("button", name="Xác nhận kết quả").count() == 0

    second = juror(browser, site, 2)
    second.goto(CLOSING)
    press(second, "Xác nhận kết quả")
    press(second, "Công bố kết quả")
    second.get_by_role("link", name="Xem trang kết quả").wait_for()

    visitor = browser.new_page(base_url=site.url, java_script_enabled=False)
    visitor.goto(f"/hoi-thi/{CONTEST}/")
    visitor.get_by_role("link", name="Kết quả chính thức").click()
    sealed = visitor.locator("dd.digest").first.inner_text()
    with visitor.expect_download() as download:
        visitor.get_by_role("link", name="Tải tệp kiểm chứng").click()
    path = tmp_path / "result.json"
    download.value.save_as(path)
    assert verified(path, sealed)
    assert not verified(changed(path), sealed)

    person.goto(receipt)
    assert person.locator("[data-digest]").inner_text() == digest
    assert person.get_by_text("Chỉ phương án đã công bố đúng với văn bản.").is_visible()
    assert person.get_by_text("Có trong kết quả đã niêm phong").is_visible()
    with person.expect_download() as download:
        person.get_by_role("link", name="Tải tệp chứng minh").click()
    proof = tmp_path / "proof.json"
    download.value.save_as(proof)
    assert verified(proof, sealed)


def verified(path, digest):
    done = subprocess.run(
        [sys.executable, "-m", "verifier", str(path), "--digest", digest],
        cwd=REPOSITORY,
        capture_output=True,
        check=False,
    )
    return done.returncode == 0


def changed(path):
    """The same file with one point more for the winner."""
    file = json.loads(path.read_text())
    file["boards"]["ky/tuan-2"][0]["score"] = "15.00"
    other = path.with_name("changed.json")
    other.write_text(json.dumps(file))
    return other
