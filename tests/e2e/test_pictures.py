"""A picture on its way from an author's phone to a participant's paper."""

import pytest

from tests.e2e.steps import CONTEST, open_paper, sign_in, sign_up
from tests.questionbank.pictures import NASTY, encoded, photo

pytestmark = pytest.mark.e2e

CODE, RIVAL = "TQ-005", "TQ-004"  # the two questions of their topic in the practice round's set
DESCRIPTION = "Ảnh bảng công khai thủ tục tại Bộ phận Một cửa"
ALONE = f"""
from questionbank.models import Question
Question.objects.filter(code="{RIVAL}").update(question_set=None)
"""


def choose(page, data, name="anh.jpg"):
    page.set_input_files(
        "input[name=picture_file]", {"name": name, "mimeType": "image/jpeg", "buffer": data}
    )


def is_shown(picture):
    picture.wait_for()
    picture.evaluate("image => image.decode()")
    box = picture.bounding_box()
    return box["width"] > 200 and box["x"] >= 0 and box["x"] + box["width"] <= 360


def test_a_photo_reaches_the_paper_with_its_description(live_site, live_server_url, page, browser):
    live_site.manage("shell", "-c", ALONE)
    sign_in(page, live_server_url, "soancauhoi@vidu.vn")
    page.goto(f"/ngan-hang/sua/{CODE}/")

    choose(page, NASTY["svg"], "hinh.svg")
    page.locator(".field-error", has_text="không phải là hình PNG, JPEG").wait_for()
    choose(page, encoded(photo(4000, 3000), "JPEG", quality=85))
    assert is_shown(page.locator("#hinh img"))
    page.fill("[name=picture_description]", DESCRIPTION)
    assert is_shown(page.locator(f"#xem-truoc img[alt='{DESCRIPTION}']"))
    page.locator("[data-save]").click()
    page.wait_for_url(f"**/cau-hoi/{CODE}/")
    assert is_shown(page.locator(f"main section img[alt='{DESCRIPTION}']"))
    page.get_by_role("button", name="Gửi thẩm định").click()
    page.locator(".notice", has_text="Đã gửi thẩm định").wait_for()

    approve(browser.new_page(base_url=live_server_url), live_server_url)

    person = browser.new_page(base_url=live_server_url)
    sign_up(person, live_server_url, name="Sơn Thị Nhìn Hình", phone="0912 345 601")
    person.goto(f"/hoi-thi/{CONTEST}/thi-thu/")
    open_paper(person)
    picture = person.locator(f"[data-question] img[alt='{DESCRIPTION}']")
    # the pictures of questions further on are there before their turn: the network may go
    person.wait_for_function(
        "alt => { const it = document.querySelector(`img[alt='${alt}']`);"
        " return it.complete && it.naturalWidth === 1600; }",
        arg=DESCRIPTION,
    )
    position = picture.evaluate("it => it.closest('[data-question]').dataset.question")
    for _step in range(int(position) - 1):
        person.click("[data-next]")
    assert is_shown(picture)
    assert person.evaluate("document.documentElement.scrollWidth") == 360


def approve(page, base):
    sign_in(page, base, "thamdinh@vidu.vn")
    page.goto(f"/ngan-hang/tham-dinh/{CODE}/")
    assert is_shown(page.locator(f"form img[alt='{DESCRIPTION}']"))
    page.locator("form .choice").first.click()
    page.get_by_role("button", name="Trả lời và xem đáp án").click()
    page.check("input[name=verdict][value=approved]")
    page.fill("[name=note]", "Đã đối chiếu với văn bản.")
    page.get_by_role("button", name="Ghi kết luận").click()
    page.locator(".notice", has_text="Đã ghi kết luận").wait_for()


def test_without_script_the_picture_goes_with_the_form(live_server_url, browser):
    browser.expect_errors("422")
    page = browser.new_page(base_url=live_server_url, java_script_enabled=False)
    sign_in(page, live_server_url, "soancauhoi@vidu.vn")
    page.goto("/ngan-hang/soan/")
    page.fill("[name=stem]", "Trong ảnh là nơi nào của cơ quan?")
    page.fill("[name=choice_A]", "Bộ phận Một cửa")
    page.fill("[name=choice_B]", "Phòng họp")
    page.select_option("[name=topic]", index=1)
    choose(page, encoded(photo(), "JPEG"))
    page.locator("[data-save]").click()  # without a key, and without a description

    page.locator(".notice--error").wait_for()
    assert is_shown(page.locator("#hinh img"))
    page.check("[name=right_A]")
    page.fill("[name=picture_description]", DESCRIPTION)
    page.locator("[data-save]").click()

    page.wait_for_url("**/ngan-hang/cau-hoi/CH-*/")
    assert is_shown(page.locator(f"main section img[alt='{DESCRIPTION}']"))
