import re

A4 = rb"/MediaBox \[0 0 59[45](?:\.\d+)? 84[12](?:\.\d+)?\]"
CONTEST = "/hoi-thi/cchc-soc-trang/ap-phich/"


def test_poster_prints_on_exactly_one_a4_page(page):
    page.goto(CONTEST)
    page.get_by_role("button", name="In áp phích").wait_for()

    document = page.pdf(prefer_css_page_size=True, print_background=True)

    assert len(re.findall(rb"/Type\s*/Page\b", document)) == 1
    assert len(re.findall(A4, document)) == 1
