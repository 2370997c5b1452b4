import pytest

from tests.e2e.steps import sign_in

pytestmark = pytest.mark.e2e


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
