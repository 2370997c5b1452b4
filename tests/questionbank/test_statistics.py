"""What a sitting says of the questions: stored as a whole, read by those who may see keys."""

import re
from html import unescape

import pytest
from django.urls import reverse

from accounts.enums import Role
from questionbank.enums import QuestionKind
from questionbank.models import ItemStatistic, SittingStatistic
from questionbank.rules.item_responses import ItemResponse
from questionbank.services.measuring import Sitting, store_statistics
from questionbank.templatetags.questions import coefficient, percent
from tests.factories import NOON, QuestionFactory, RoleGrantFactory

pytestmark = pytest.mark.django_db

WEEK = Sitting("hoi-thi/tuan-1", "Tuần 1 – Hội thi")
ADDRESS = reverse("questionbank:sitting_detail", args=[WEEK.code])


def response(question, chosen="B", *, key="B", ms=None):
    is_correct = chosen == key
    return ItemResponse(question.current_revision_id, chosen, is_correct, float(is_correct), ms)


def measure(attempts, sitting=WEEK):
    return store_statistics(sitting, attempts, at=NOON)


def text(answer):
    return " ".join(answer.content.decode().split())


@pytest.fixture
def reader(client):
    user = RoleGrantFactory(role=Role.AUTHOR).user
    client.force_login(user)
    return user


def test_figures_are_those_reckoned_by_hand():
    """Four people, two questions, totals 2, 1, 1, 1: their variance is 1/4.

    The variances of the questions are 3/16 * 4/3 = 1/4 and 1/4 * 4/3 = 1/3.
    """
    one, two = QuestionFactory.create_batch(2)
    measured = measure(
        [
            [response(one, ms=10_000), response(two, ms=10_000)],
            [response(one, ms=20_000), response(two, "A")],
            [response(one, ms=30_000), response(two, "")],
            [response(one, "C"), response(two)],
        ]
    )

    first = ItemStatistic.objects.get(revision=one.current_revision)
    second = ItemStatistic.objects.get(revision=two.current_revision)
    assert (first.answered, first.facility, first.omitted_share) == (4, 0.75, 0)
    assert first.option_shares == {"A": 0, "B": 0.75, "C": 0.25, "D": 0}
    assert first.median_ms == pytest.approx(20_000, rel=0.03)
    assert first.discrimination == pytest.approx(-(3**-0.5))
    assert (second.facility, second.omitted_share) == (0.5, 0.25)
    assert second.option_shares == {"A": 0.25, "B": 0.5, "C": 0, "D": 0}
    assert (measured.attempts, measured.paper_length, measured.paper_count) == (4, 2, 4)
    assert measured.kr20 == pytest.approx(2 / 1 * (1 - (1 / 4 + 1 / 3) / (1 / 4)))
    assert measured.alpha == pytest.approx(measured.kr20)
    assert measured.papers_differ is False


def test_a_second_measuring_takes_the_place_of_the_first():
    one, two = QuestionFactory.create_batch(2)
    measure([[response(one)]])

    measured = measure([[response(two)], [response(two, "A")]])

    assert SittingStatistic.objects.get() == measured
    assert [(it.revision_id, it.answered) for it in measured.items.all()] == [
        (two.current_revision_id, 2)
    ]


def test_nothing_is_stored_of_nothing_nor_of_half():
    question = QuestionFactory()

    def broken():
        yield [response(question)]
        raise RuntimeError("the database went away")

    assert measure([]) is None
    with pytest.raises(RuntimeError):
        measure(broken())

    assert not SittingStatistic.objects.exists()


def test_papers_that_differ_are_said_to():
    one, two, three = QuestionFactory.create_batch(3)

    measured = measure([[response(one), response(two)], [response(one), response(three)]])

    assert measured.papers_differ is True


def test_a_written_answer_has_neither_options_nor_omissions(client, reader):
    question = QuestionFactory(code="SO-1", revision__kind=QuestionKind.SHORT_TEXT)
    question.current_revision.choices.all().delete()
    revision_id = question.current_revision_id

    measure([[ItemResponse(revision_id, "", right, float(right), None)] for right in (True, False)])

    statistic = ItemStatistic.objects.get()
    assert (statistic.option_shares, statistic.omitted_share) == ({}, None)
    html = text(client.get(reverse("questionbank:question_detail", args=["SO-1"])))
    assert "50,0 %" in html
    assert "Tỷ lệ chọn từng phương án" not in html.split("Định nghĩa")[0]


def flagged_sitting():
    """A question keyed B, which the better ones answer with C, among sound ones: forty papers."""
    wrong, easy = QuestionFactory(code="SAI"), QuestionFactory(code="DE")
    sound = [QuestionFactory(code=f"TOT-{number}") for number in range(3)]
    measure(
        [
            [
                response(wrong, "C" if number < 30 else "B"),
                response(easy, "B"),
                *(
                    response(question, "B" if number < right else "A")
                    for question, right in zip(sound, (26, 22, 18), strict=True)
                ),
            ]
            for number in range(40)
        ]
    )


def test_the_questions_to_look_at_come_first(client, reader):
    flagged_sitting()

    answer = client.get(ADDRESS)

    rows = answer.context["page"].object_list
    assert [(it.revision.question.code, it.flags) for it in rows] == [
        ("SAI", ["key_probably_wrong"]),
        ("DE", ["too_easy"]),
        ("TOT-0", []),
        ("TOT-2", []),
        ("TOT-1", []),
    ]
    html = text(answer)
    assert "Đáp án có thể sai" in html
    assert "Quá dễ" in html
    assert "Kuder & Richardson 1937" in unescape(html)


@pytest.mark.parametrize(
    ("order", "codes"),
    [
        ("cau", ["DE", "SAI", "TOT-0", "TOT-1", "TOT-2"]),
        ("-cau", ["TOT-2", "TOT-1", "TOT-0", "SAI", "DE"]),
        ("dung", ["SAI", "TOT-2", "TOT-1", "TOT-0", "DE"]),
        ("-dung", ["DE", "TOT-0", "TOT-1", "TOT-2", "SAI"]),
        ("-xem-lai", ["TOT-0", "TOT-2", "TOT-1", "DE", "SAI"]),
        ("khong-co", ["SAI", "DE", "TOT-0", "TOT-2", "TOT-1"]),
    ],
)
def test_the_table_is_sorted_by_the_server(order, codes, client, reader):
    flagged_sitting()

    rows = client.get(ADDRESS, {"xep": order}).context["page"].object_list

    assert [it.revision.question.code for it in rows] == codes


def test_a_column_says_how_it_is_sorted_and_turns_around(client, reader):
    flagged_sitting()

    def head(order):
        html = text(client.get(ADDRESS, {"xep": order}))
        sorted_by = re.findall(r'aria-sort="(\w+)"', html)
        turning = re.findall(r'<a href="([^"]*)" aria-current="page">', html)
        return sorted_by, turning

    assert head("dung") == (["ascending"], ["?xep=-dung"])
    assert head("-dung") == (["descending"], ["?xep=dung"])
    assert head("") == (["descending"], ["?xep=-xem-lai"])


def test_the_question_shows_its_options_with_the_key_marked(client, reader):
    flagged_sitting()

    html = text(client.get(reverse("questionbank:question_detail", args=["SAI"])))
    section = html[html.index('id="thong-ke"') : html.index("Định nghĩa và nguồn")]

    assert re.findall(r'<th scope="row">(\w)\.', section) == list("ABCD")
    assert re.findall(
        r"([A-D])\. <span[^>]*>[^<]*</span> <span class=\"choice-mark\">", section
    ) == ["B"]
    assert re.findall(r'<td class="num">([^<]*)</td>', section) == [
        "0,0 %",
        "25,0 %",
        "75,0 %",
        "0,0 %",
    ]
    assert "Một phương án khác được nhiều người giỏi chọn hơn cả đáp án." in section
    assert WEEK.name in section


def test_a_question_that_was_in_no_sitting_has_no_statistics(client, reader):
    QuestionFactory(code="MOI")

    assert "thong-ke" not in text(client.get(reverse("questionbank:question_detail", args=["MOI"])))


def test_the_list_names_every_sitting_with_its_flagged_questions(client, reader):
    flagged_sitting()

    html = text(client.get(reverse("questionbank:sitting_list")))

    assert f'<a href="{ADDRESS}">{WEEK.name}</a>' in html
    assert re.findall(r'data-label="Cần xem lại">(\d+)<', html) == ["2"]


@pytest.mark.parametrize("count", [1, 3])
def test_pages_cost_the_same_for_few_and_many(count, client, reader, django_assert_num_queries):
    questions = QuestionFactory.create_batch(count)
    for number in range(count):
        measure([[response(it) for it in questions]], Sitting(f"h/tuan-{number}", "Tuần"))
    question = reverse("questionbank:question_detail", args=[questions[0].code])

    # the person; duties for the page, its links and the menu; the sitting, the counts of flagged
    # and of all questions, the questions
    with django_assert_num_queries(8):
        client.get(reverse("questionbank:sitting_detail", args=["h/tuan-0"]))
    with django_assert_num_queries(6):
        client.get(reverse("questionbank:sitting_list"))
    with django_assert_num_queries(15):
        client.get(question)


def test_an_organiser_gets_no_links_into_the_bank(client):
    client.force_login(RoleGrantFactory(role=Role.ORGANISER).user)
    flagged_sitting()

    html = text(client.get(ADDRESS))

    assert "SAI" in html
    assert "/ngan-hang/cau-hoi/" not in html
    assert 'href="/ngan-hang/"' not in html


@pytest.mark.parametrize(
    ("show", "value", "shown"),
    [
        (percent, 2 / 3, "66,7 %"),
        (percent, 0.9999, "100,0 %"),
        (percent, 0.0, "0,0 %"),
        (percent, None, "–"),
        (coefficient, 0.6567, "0,66"),
        (coefficient, -0.126, "−0,13"),
        (coefficient, -0.001, "0,00"),
        (coefficient, None, "–"),
    ],
)
def test_figures_are_rounded_not_cut_off(show, value, shown):
    assert show(value) == shown
