"""A blueprint tried against the bank: figures reckoned by hand, and odd addresses."""

import pytest
from django.urls import reverse

from accounts.enums import Role
from questionbank.blueprint_check import check_blueprint
from questionbank.blueprint_forms import FIRST_ROWS, MOST_QUESTIONS, MOST_ROWS, SPARE_ROWS
from questionbank.enums import Difficulty
from questionbank.rules.blueprints import Exposure, wanting
from tests.factories import (
    NOON,
    QuestionFactory,
    QuestionSetFactory,
    RoleGrantFactory,
    TopicFactory,
)

pytestmark = pytest.mark.django_db

PAGE = reverse("questionbank:blueprint_check")


@pytest.fixture
def topic():
    """Ten easy questions and two hard ones, below an area."""
    topic = TopicFactory(code="mot-cua", name="Một cửa", parent=TopicFactory(code="the-che"))
    QuestionFactory.create_batch(10, topic=topic)
    QuestionFactory.create_batch(2, topic=topic, revision__difficulty=Difficulty.HARD)
    return topic


def check(*asked, people=100, question_set=None):
    return check_blueprint(asked, question_set=question_set, people=people, on=NOON.date())


def test_figures_are_those_reckoned_by_hand(topic):
    """5 of 10 easy ones: two papers share 2.5; 1 of 2 hard ones: 0.5."""
    checked = check((topic, "easy", 5), (topic, "hard", 1))

    easy, hard = checked.rows
    assert (easy.pool_size, easy.lacking, easy.elsewhere, easy.wanting) == (10, 0, 2, 15)
    assert (hard.pool_size, hard.lacking, hard.elsewhere, hard.wanting) == (2, 0, 10, 3)
    assert easy.exposure == hard.exposure == Exposure(50, 50, 50, is_exact=True)
    assert (checked.question_count, checked.lacking) == (6, 0)
    assert checked.overlap.expected == pytest.approx(3.0)
    assert checked.overlap_share == pytest.approx(0.5)
    assert checked.overlap.none == pytest.approx(1 / 252 * 1 / 2)


def test_rows_that_want_the_same_questions_lack_some_together(topic):
    """Each row alone has enough of the twelve; both have not."""
    checked = check((topic, "", 8), (topic.parent, "", 6))

    assert [row.lacking for row in checked.rows] == [0, 2]
    assert not checked.overlap.is_exact


def test_only_the_questions_of_the_set_count(topic):
    week = QuestionSetFactory()
    QuestionFactory(topic=topic, question_set=week)

    assert check((topic, "", 1), question_set=week).rows[0].pool_size == 1


@pytest.mark.parametrize(("pool_size", "more"), [(0, 10), (9, 1), (10, 0), (11, 0)])
def test_a_row_wants_five_times_its_count(pool_size, more):
    assert wanting(2, pool_size) == more


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_for_few_and_many(count, client, topic, django_assert_num_queries):
    sign_in(client)
    rows = [(topic.code, "easy", "2")] * count

    # the person; duties for the page, its links and the menu; topics and sets to choose from;
    # questions, the tree
    with django_assert_num_queries(8):
        asked(client, rows)


# The page ---------------------------------------------------------------------------------------


def sign_in(client, role=Role.ORGANISER):
    client.force_login(RoleGrantFactory(role=role).user)


def asked(client, rows, **frame):
    """Rows of topic, difficulty, count."""
    columns = {
        name: [row[place] for row in rows]
        for place, name in enumerate(("topic", "difficulty", "count"))
    }
    return client.get(PAGE, {"people": "100", "question_set": "", **frame, **columns})


def text(answer):
    return " ".join(answer.content.decode().split())


def test_an_empty_form_says_nothing(client, topic):
    sign_in(client)

    answer = client.get(PAGE)

    assert answer.status_code == 200
    assert answer.context["check"] is None
    assert len(answer.context["form"].rows) == FIRST_ROWS


def test_a_bank_that_is_too_small_says_which_row_lacks_how_many(client, topic):
    sign_in(client)

    html = text(asked(client, [("mot-cua", "easy", "4"), ("mot-cua", "hard", "5")]))

    assert "Ngân hàng còn thiếu 3 câu" in html
    assert "Duyệt thêm ít nhất 3 câu. Chủ đề này còn 10 câu ở mức độ khác." in html


def test_a_bank_that_is_large_enough_says_so_and_keeps_the_rows(client, topic):
    sign_in(client)

    answer = asked(client, [("mot-cua", "", "2"), ("", "", ""), ("the-che", "hard", "1")])

    assert "Ngân hàng đủ câu cho ma trận này." in text(answer)
    rows = answer.context["form"].rows
    assert [(row["topic"].value(), row["count"].value()) for row in rows if row.is_bound] == [
        ("mot-cua", "2"),
        ("the-che", "1"),
    ]
    assert len(rows) == max(FIRST_ROWS, 2 + SPARE_ROWS)


@pytest.mark.parametrize(
    ("rows", "frame", "told"),
    [
        ([], {}, "Xin điền ít nhất một dòng"),
        ([("", "", "")], {}, "Xin điền ít nhất một dòng"),
        ([("mot-cua", "", "")], {}, "Xin ghi số câu."),
        ([("", "", "3")], {}, "Xin chọn chủ đề."),
        ([("khong-co", "", "3")], {}, "khong-co"),
        ([("mot-cua", "x", "3")], {}, "Có dòng chưa điền đủ hoặc chưa đúng."),
        ([("mot-cua", "", "0")], {}, "Có dòng chưa điền đủ hoặc chưa đúng."),
        ([("mot-cua", "", "x")], {}, "Có dòng chưa điền đủ hoặc chưa đúng."),
        ([("mot-cua", "", "51"), ("the-che", "", "50")], {}, f"tối đa {MOST_QUESTIONS} câu"),
        ([("mot-cua", "", "1")], {"people": ""}, "Số người dự thi"),
        ([("mot-cua", "", "1")], {"people": "0"}, "Số người dự thi"),
        ([("mot-cua", "", "1")], {"question_set": "khong-co"}, "Bộ câu hỏi"),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_reason(rows, frame, told, client, topic):
    sign_in(client)

    answer = asked(client, rows, **frame)

    assert answer.status_code == 422
    assert told in text(answer)
    assert answer.context["check"] is None


def test_an_address_of_too_many_rows_is_cut_short(client, topic):
    sign_in(client)

    answer = asked(client, [("mot-cua", "", "1")] * (MOST_ROWS + 1))

    assert len(answer.context["check"].rows) == MOST_ROWS


def test_columns_of_unequal_length_are_rows_all_the_same(client, topic):
    sign_in(client)

    answer = client.get(PAGE, {"people": "5", "topic": ["mot-cua", "the-che"], "count": "1"})

    assert answer.status_code == 422
    assert "Xin ghi số câu." in text(answer)
