import pytest
from django.urls import reverse

from accounts.enums import Role
from questionbank.enums import QuestionKind
from questionbank.formats.parsed import ParsedChoice
from questionbank.models import LegalDocument, Question
from questionbank.services.importing import Options, import_questions
from tests.factories import NOON, QuestionFactory, RoleGrantFactory, TopicFactory
from tests.questionbank.files import choices, file_of, question as parsed

pytestmark = pytest.mark.django_db

LIST = reverse("questionbank:question_list")


@pytest.fixture(autouse=True)
def author(client):
    user = RoleGrantFactory(role=Role.AUTHOR).user
    client.force_login(user)
    return user


def shown(client, **query):
    response = client.get(LIST, query)
    assert response.status_code == 200
    return [question.code for question in response.context["page"]]


def test_list_is_thirty_a_page_and_keeps_the_filters(client):
    topic = TopicFactory(code="dvc")
    for number in range(31):
        QuestionFactory(code=f"DVC-{number:02}", topic=topic)
    QuestionFactory(code="KHAC")

    first = client.get(LIST, {"topic": "dvc"})

    assert len(first.context["page"]) == 30
    assert 'href="?topic=dvc&amp;page=2"' in first.content.decode()
    assert shown(client, topic="dvc", page=2) == ["DVC-30"]


@pytest.mark.parametrize("page", ["0", "-1", "99", "x"])
def test_list_of_a_page_that_is_not_there_shows_one_that_is(page, client):
    QuestionFactory(code="A")

    assert shown(client, page=page) == ["A"]


@pytest.mark.parametrize(
    "query",
    [{"topic": "khong-co"}, {"status": "x"}, {"q": "a" * 300}, {"difficulty": "x"}],
    ids=["topic", "status", "too long", "difficulty"],
)
def test_filter_that_makes_no_sense_filters_nothing(query, client):
    QuestionFactory(code="A")

    assert shown(client, **query) == ["A"]


def test_list_tells_no_result_from_an_empty_bank(client):
    assert "Ngân hàng chưa có câu hỏi" in client.get(LIST).content.decode()
    assert "Không tìm thấy câu hỏi nào" in client.get(LIST, {"q": "abc"}).content.decode()


def test_the_list_shows_words_without_the_marks_of_bold_letters(client):
    QuestionFactory(revision__stem="Ai **ký** văn bản, & khi __nào__?")

    html = " ".join(client.get(LIST).content.decode().split())

    assert "Ai ký văn bản, &amp; khi nào?" in html


@pytest.mark.parametrize("count", [1, 10])
def test_list_costs_the_same_for_few_and_many(count, client, django_assert_num_queries):
    QuestionFactory.create_batch(count)

    # session, user; duties for the page, its buttons and the menu; two filters and the topics to
    # move to; count, page, documents out of force
    with django_assert_num_queries(10):
        client.get(LIST)


def test_detail_marks_the_right_choices_and_names_the_sources(client):
    options = [*choices("AB"), ParsedChoice("Cả A và B", is_correct=False, is_pinned=True)]
    draft = parsed(1, kind=QuestionKind.MULTIPLE_CHOICE, choices=tuple(options))
    import_questions(file_of(draft), at=NOON, options=Options())
    LegalDocument.objects.filter(code="cu").update(expires_on=NOON.date())

    html = client.get(reverse("questionbank:question_detail", args=["DVC-001"])).content.decode()

    assert html.count("choice--correct") == 2
    assert html.count("Giữ vị trí khi đảo phương án") == 1
    assert "Theo Nghị quyết mới." in html
    assert "Điều 1, Nghị quyết mới (2/NQ-CP)" in " ".join(html.split())
    assert "Hết hiệu lực 15/09/2026" in html


def test_detail_shows_earlier_wordings_folded_away(client):
    question = QuestionFactory(code="A", revision__stem="Câu đầu?")
    second = question.revisions.create(
        number=2, kind="single_choice", difficulty="easy", stem="Câu sửa?", created_at=NOON
    )
    question.current_revision = question.approved_revision = second
    question.save(update_fields=["current_revision", "approved_revision"])

    html = client.get(reverse("questionbank:question_detail", args=["A"])).content.decode()

    assert html.index("Câu sửa?") < html.index("Các bản khác") < html.index("Câu đầu?")


def test_detail_of_a_question_without_a_wording(client):
    Question.objects.create(code="nhap", topic=TopicFactory())

    html = client.get(reverse("questionbank:question_detail", args=["nhap"])).content.decode()

    assert "Câu hỏi chưa có nội dung" in html


def test_wording_is_text_not_markup(client):
    QuestionFactory(code="A", revision__stem="<script>alert(1)</script>")

    for address in (LIST, reverse("questionbank:question_detail", args=["A"])):
        html = client.get(address).content.decode()
        assert "<script>alert" not in html
        assert "&lt;script&gt;alert" in html
