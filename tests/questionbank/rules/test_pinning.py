import pytest

from questionbank.rules.pinning import affirmed_places, refers_to_others

REFERRING = [
    "Cả 3 ý trên",
    "Cả 3 phương án trên",
    "Cả ba phương án trên.",
    "Cả 3 phương án trên đều đúng",
    "Cả 03 nội dung trên",
    "Cả ba đáp án trên đều sai",
    "Tất cả các ý trên",
    "Tất cả các phương án nêu trên đều đúng",
    "Tất cả các trường hợp trên đây",
    "Các nội dung trên đều đúng",
    "Một trong các trường hợp trên",
    "Tất cả đều đúng",
    "TẤT CẢ ĐỀU ĐÚNG",
    "Tất cả đều sai.",
    "Tất cả các đáp án đều đúng",
    "Cả hai đều đúng",
    "Cả ba phương án đều không đúng",
    "Tất cả",
    "Cả hai",
    "Cả 3 phương án",
    "Cả A và B",
    "Cả A, B và C",
    "Cả a, b, c đều đúng",
    "Cả (a) và (b)",
    "A và B đúng",
    "A và B đều đúng",
    "A, B và C",
    "A & B",
    "Cả hai phương án A và B",
    "Phương án A và phương án C",
    "Chỉ A và C đúng",
    "Đáp án A hoặc B",
    "Chỉ phương án A đúng",
    "Không có đáp án nào đúng",
    "Không có phương án nào",
    "Không phương án nào đúng",
    "Không đáp án nào ở trên đúng",
    "Không có ý nào nêu trên",
    "Đáp án khác",
    "Cả  3\u00a0ý\ntrên",
    "Ca\u0309 3 y\u0301 tre\u0302n",  # NFD, as offices' files have it
]
STANDING_ALONE = [
    "",
    "A",
    "5 ngày",
    "Ủy ban nhân dân tỉnh",
    "Tất cả các cơ quan hành chính nhà nước",
    "Tất cả các cơ quan phải trả lời đúng hạn",
    "Cả nước",
    "Cả nước có 63 tỉnh, thành phố",
    "Cả cán bộ và công chức",
    "Các doanh nghiệp có từ 10 người trở lên",
    "Doanh nghiệp và người dân đều đúng hẹn",
    "Không có quy định",
    "Không có thời hạn nào",
    "Cấp trên",
    "Cơ quan hành chính cấp trên",
    "Đúng",
    "Sai",
    "Trên 80 %",
    "Một phần và toàn trình",
    "Ca trực và ban đêm",
]


@pytest.mark.parametrize("text", REFERRING)
def test_option_about_the_others_is_recognised(text):
    assert refers_to_others(text) is True


@pytest.mark.parametrize("text", STANDING_ALONE)
def test_option_that_stands_alone_is_not(text):
    assert refers_to_others(text) is False


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("Cả A và B", {0, 1}),
        ("Chỉ A và C đúng", {0, 2}),
        ("Cả 3 ý trên", {0, 1, 2}),
        ("Tất cả đều đúng", {0, 1, 2}),
        ("Tất cả đều sai", set()),
        ("A hoặc B", set()),
        ("Một trong các trường hợp trên", set()),
        ("Không có phương án nào", set()),
        ("Bộ phận Một cửa", set()),
    ],
)
def test_what_an_option_says_of_the_others(text, places):
    assert affirmed_places(text, 3) == places
