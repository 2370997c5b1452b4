import pytest

from questionbank.rich_text import question_html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Một câu.", "Một câu."),
        ("**Đậm** và *nghiêng*", "<strong>Đậm</strong> và <em>nghiêng</em>"),
        ("Một\n\nHai", "<p>Một</p>\n<p>Hai</p>"),
        ("Chọn:\n- x\n- y", "<p>Chọn:</p>\n<ul>\n<li>x</li>\n<li>y</li>\n</ul>"),
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ('<img src=x onerror="a">', '&lt;img src=x onerror="a"&gt;'),
        ("[x](javascript:alert(1))", "[x](javascript:alert(1))"),
        ("Điền vào ____ và 5 * 3 * 2", "Điền vào ____ và 5 * 3 * 2"),
        ("# 1", "# 1"),
        ("a < b & c", "a &lt; b &amp; c"),
        ("{{ 7 }} {0}", "{{ 7 }} {0}"),
    ],
)
def test_a_safe_part_of_markdown(text, html):
    assert question_html(text) == html
