import pytest

from tests.e2e.steps import CONTEST, sign_in

pytestmark = pytest.mark.e2e
SAMPLE_TOPICS = ("chuong-trinh", "the-che", "thu-tuc", "dich-vu-cong", "soc-trang", "bo-may")


def test_the_bank_is_filtered_as_one_types(live_server_url, page):
    sign_in(page, live_server_url, "soancauhoi@vidu.vn")
    page.goto("/ngan-hang/")
    before = page.locator("#bank-results caption").inner_text()

    page.locator("input[name=q]").press_sequentially("sipas")

    page.wait_for_function(
        "before => document.querySelector('#bank-results caption').innerText !== before",
        arg=before,
    )
    assert "q=sipas" in page.url
    page.select_option("select[name=difficulty]", "easy")
    page.wait_for_url("**difficulty=easy**")
    assert page.locator("#bank-results tbody tr").count() >= 1


GOOD_AND_BAD = """
STT;Câu hỏi;Phương án A;Phương án B;Phương án C;Đáp án ;Chủ đề
1;Hồ sơ được tiếp nhận ở đâu?;Bộ phận một cửa;Văn thư;Tất cả đều đúng;A;Một cửa
2;Câu này thiếu đáp án?;Có;Không;;;Một cửa
3;Đáp án này ở đâu?;Đây;Kia;Đó;E;Một cửa
4;C¶i c¸ch hµnh chÝnh lµ g×?;Mét viÖc;NhiÒu viÖc;Kh«ng viÖc g×;NhiÒu viÖc;Một cửa
"""


def test_a_file_with_good_and_bad_rows_is_looked_through_and_brought_in(live_server_url, page):
    sign_in(page, live_server_url, "soancauhoi@vidu.vn")
    page.goto("/ngan-hang/nhap/")
    page.set_input_files(
        "input[name=file]",
        {"name": "cau-hoi.csv", "mimeType": "text/csv", "buffer": GOOD_AND_BAD.encode()},
    )
    page.locator("main form button[type=submit]").click()

    rows = page.locator(".data-table tbody tr")
    rows.first.wait_for()
    told = [row.inner_text() for row in rows.all()]
    assert next(text for text in told if "dòng 4" in text).find("Thiếu đáp án") > 0
    assert "không có trong các phương án" in next(text for text in told if "dòng 5" in text)
    assert any("Cải cách hành chính là gì?" in text for text in told)
    page.locator("form[action$='/nhap/'] button").click()

    page.locator(".notice", has_text="2 câu mới").wait_for()
    page.goto("/ngan-hang/?q=ho+so+duoc+tiep+nhan")
    page.locator("#bank-results th a", has_text="CH-0").click()
    assert "Hồ sơ được tiếp nhận ở đâu?" in page.locator(".question-text").inner_text()
    assert page.locator(".choice", has_text="Tất cả đều đúng").locator(".choice-mark").count() == 1


ALIKE = """
Câu hỏi;A;B;Đáp án;Chủ đề
Bộ phận Một cửa cấp xã do ai làm trưởng bộ phận?;Chủ tịch xã;Công chức văn phòng;A;Một cửa
Ai là trưởng bộ phận của Bộ phận Một cửa cấp xã?;Chủ tịch xã;Công chức văn phòng;A;Một cửa
"""


def test_a_row_that_says_the_same_in_other_words_is_found_and_compared(live_server_url, page):
    sign_in(page, live_server_url, "soancauhoi@vidu.vn")
    page.goto("/ngan-hang/nhap/")
    page.set_input_files(
        "input[name=file]",
        {"name": "alike.csv", "mimeType": "text/csv", "buffer": ALIKE.encode()},
    )
    page.locator("main form button[type=submit]").click()
    page.locator("#gan-giong a").click()
    page.locator(".data-table a", has_text="So sánh với dòng 3").click()

    assert page.locator("h1").inner_text() == "Dòng 4 và dòng 3"
    assert page.locator(".compare mark").count() >= 2
    assert page.locator(".compare-right").count() == 2


def test_the_editor_shows_what_the_participant_will_see(live_server_url, page):
    sign_in(page, live_server_url, "soancauhoi@vidu.vn")
    page.goto("/ngan-hang/soan/")
    page.fill("[name=stem]", "Đề án **Văn hóa công vụ** là gì?")
    page.fill("[name=choice_A]", "Một đề án")
    page.fill("[name=choice_B]", "Một luật")
    page.check("[name=right_A]")
    page.select_option("[name=topic]", index=1)

    page.locator("#xem-truoc strong", has_text="Văn hóa công vụ").wait_for()
    page.select_option("[name=kind]", "number")
    page.locator("[name=number]").wait_for()
    assert not page.locator("[name=choice_A]").is_visible()
    page.fill("[name=number]", "6")
    page.locator("#xem-truoc", has_text="Nhập một số").wait_for()
    page.keyboard.press("Control+Enter")

    page.wait_for_url("**/ngan-hang/cau-hoi/CH-*/")
    assert "Đáp số: 6" in page.locator("main").inner_text()


def test_topics_are_arranged_by_keyboard_alone(live_server_url, page):
    sign_in(page, live_server_url, "soancauhoi@vidu.vn")
    page.goto("/ngan-hang/chu-de/")
    names = page.locator(".topic-name a")
    first, second = names.nth(0).inner_text(), names.nth(1).inner_text()

    page.get_by_role("button", name=f"Đưa “{first}” xuống dưới").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/ngan-hang/chu-de/#*")
    assert [names.nth(place).inner_text() for place in (0, 1)] == [second, first]

    page.get_by_role("button", name=f"Đưa “{first}” lên trên").focus()
    page.keyboard.press("Enter")
    page.locator(".topic-name a").first.get_by_text(first, exact=True).wait_for()


def test_a_round_is_measured_at_the_press_of_a_button(live_server_url, page):
    sign_in(page, live_server_url, "tochuc@vidu.vn")
    page.goto(f"/to-chuc/{CONTEST}/")
    page.get_by_role("link", name="Ma trận đề và thống kê câu hỏi").click()
    week = page.locator("section", has_text="Tuần thi thứ nhất")

    week.get_by_role("button", name="Tính").click()
    week.get_by_text("trên 320 bài đã nộp").wait_for()
    week.get_by_role("link", name="Xem thống kê").click()

    assert page.locator(".figures dd").first.inner_text() == "320"
    assert page.locator("tbody tr").count() == 50


def test_a_blueprint_grows_row_by_row(live_server_url, page):
    sign_in(page, live_server_url, "soancauhoi@vidu.vn")
    page.goto("/ngan-hang/ma-tran/")
    for row, topic in enumerate(SAMPLE_TOPICS, start=1):
        page.get_by_label(f"Chủ đề, dòng {row}").select_option(topic)
        page.get_by_label(f"Số câu, dòng {row}").fill("1")
    page.get_by_role("button", name="Tính").click()

    page.get_by_text("Ngân hàng đủ câu cho ma trận này.").wait_for()
    assert page.get_by_label("Số câu, dòng 6").input_value() == "1"
    assert page.get_by_label("Số câu, dòng 9").input_value() == ""
