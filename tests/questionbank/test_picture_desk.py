"""Pictures on the desk: chosen, kept through a refusal, carried along, shown to the team."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.enums import Role
from questionbank.contents import bank_of, revision_contents
from questionbank.differences import changes
from questionbank.enums import QuestionStatus
from questionbank.errors import BankError
from questionbank.formats.reading import read_file
from questionbank.formats.registry import FORMATS
from questionbank.models import Image, Question, Revision, RevisionImage
from questionbank.pictures import read_picture
from questionbank.services import exporting
from questionbank.services.exporting import export
from questionbank.services.importing import Options, Outcome, import_questions, plan_import
from questionbank.services.keeping_pictures import (
    UNUSED_KEPT,
    keep_pictures,
    keep_sent_picture,
)
from tests.factories import NOON, QuestionFactory, RoleGrantFactory, TopicFactory, UserFactory
from tests.questionbank.files import file_of, question
from tests.questionbank.pictures import JPEG, NASTY, OTHER_PNG, PNG, with_picture
from tests.questionbank.test_desk import page, sent, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def author(client):
    user = RoleGrantFactory(role=Role.AUTHOR).user
    client.force_login(user)
    TopicFactory(code="dvc")
    return user


def upload(data=PNG, name="hinh.png"):
    return SimpleUploadedFile(name, data, "image/png")


def digest_of(data):
    return read_picture(data).digest


def pictures():
    """Of the question's revisions, the oldest first."""
    found = RevisionImage.objects.order_by("revision__number")
    return list(found.values_list("revision__number", "image__digest", "description"))


# Writing ----------------------------------------------------------------------------------------


def test_an_author_adds_a_picture_replaces_it_and_takes_it_away(client, author):
    client.post(
        page("question_create"), sent(picture_file=upload(), picture_description="  Hai cột ")
    )
    first = digest_of(PNG)
    edit = page("question_revise", "CH-00001")
    kept = sent(picture=first, picture_description="Hai cột")
    client.post(edit, {**kept, "stem": "Thủ đô nước ta?", "based_on": "1"})
    client.post(edit, {**kept, "picture_file": upload(OTHER_PNG), "based_on": "2"})
    client.post(
        edit, sent(picture=digest_of(OTHER_PNG), picture_removed="on", stem="Hết?", based_on="3")
    )

    assert pictures() == [
        (1, first, "Hai cột"),
        (2, first, "Hai cột"),
        (3, digest_of(OTHER_PNG), "Hai cột"),
    ]
    assert Revision.objects.count() == 4
    assert Image.objects.count() == 2


def test_the_same_picture_and_words_make_no_new_revision(client, author):
    client.post(page("question_create"), sent(picture_file=upload(), picture_description="Cột"))

    again = sent(picture=digest_of(PNG), picture_description="Cột", based_on="1")
    client.post(page("question_revise", "CH-00001"), again)
    client.post(page("question_revise", "CH-00001"), {**again, "picture_file": upload()})

    assert Revision.objects.count() == 1


@pytest.mark.parametrize("description", ["", "   ", "x" * 301])
def test_a_picture_needs_a_description(client, author, description):
    response = client.post(
        page("question_create"), sent(picture_file=upload(), picture_description=description)
    )

    assert response.status_code == 422
    assert response.context["form"].errors.keys() == {"picture_description"}
    assert not Question.objects.exists()


def test_a_refused_form_keeps_the_picture_that_was_chosen(client, author):
    refused = client.post(
        page("question_create"),
        sent(picture_file=upload(), picture_description="Hai cột", right_A="", picture_removed=""),
    )
    form = refused.context["form"]
    values = {it.html_name: it.value() for it in form if it.value() not in (None, False)}

    client.post(page("question_create"), {**values, "right_A": "on"})

    assert refused.status_code == 422
    assert f'src="{page("picture", digest_of(PNG))}"' in text(refused)
    assert pictures() == [(1, digest_of(PNG), "Hai cột")]


@pytest.mark.parametrize("name", ["svg", "cut-jpeg", "bomb-by-its-extent", "nothing"])
def test_a_file_that_is_no_picture_is_refused_and_the_one_before_stays(client, author, name):
    question = QuestionFactory(topic__code="khac")
    kept = with_picture(question.current_revision)

    response = client.post(
        page("question_create"),
        sent(picture=kept, picture_file=upload(NASTY[name]), picture_description="Hai cột"),
    )

    form = response.context["form"]
    assert response.status_code == 422
    assert form.errors.keys() == {"picture_file"}
    assert form.errors["picture_file"][0][0].isupper()
    assert form["picture"].value() == kept
    assert Image.objects.count() == 1


def test_a_picture_that_is_gone_is_asked_for_again(client, author):
    response = client.post(
        page("question_create"), sent(picture="0" * 64, picture_description="Hai cột")
    )

    assert response.status_code == 422
    assert "xin chọn lại hình" in text(response)
    with pytest.raises(BankError, match="chọn lại"):
        keep_pictures([replace(read_picture(PNG), content=b"")], at=NOON)


def test_a_picture_chosen_with_script_is_kept_and_shown_at_once(client, author):
    response = client.post(page("picture_choose"), {"picture_file": upload(JPEG), "picture": ""})

    digest = digest_of(JPEG)
    assert Image.objects.get().digest == digest
    assert f'name="picture" value="{digest}"' in text(response)
    assert f'src="{page("picture", digest)}"' in text(response)
    assert response["HX-Trigger-After-Settle"] == "picture-changed"


def test_a_picture_refused_with_script_is_told_in_its_place(client, author):
    kept = with_picture(QuestionFactory(topic__code="khac").current_revision)

    response = client.post(
        page("picture_choose"), {"picture_file": upload(NASTY["svg"]), "picture": kept}
    )

    assert "Tệp không phải là hình PNG, JPEG, WebP hoặc GIF" in text(response)
    assert f'name="picture" value="{kept}"' in text(response)


def test_the_preview_shows_the_picture_with_its_description(client, author):
    kept = with_picture(QuestionFactory(topic__code="khac").current_revision)

    shown = client.post(
        page("question_preview"), sent(picture=kept, picture_description='Hai "cột" <b>')
    )
    gone = client.post(page("question_preview"), sent(picture=kept, picture_removed="on"))
    undescribed = client.post(page("question_preview"), sent(picture=kept))

    assert (
        f'<img class="question-picture" src="{page("picture", kept)}" width="320" height="200"'
        ' alt="Hai &quot;cột&quot; &lt;b&gt;" decoding="async">'
    ) in text(shown)
    assert "<img" not in text(gone)
    assert "Hình chưa có mô tả" in text(undescribed)


def test_the_editor_shows_what_it_will_give_back(client, author):
    QuestionFactory(code="A", topic__code="khac")
    kept = with_picture(Question.objects.get().current_revision, description="Hai cột")

    form = client.get(page("question_revise", "A")).context["form"]

    assert form["picture"].value() == kept
    assert form["picture_description"].value() == "Hai cột"
    assert form.shown_picture().digest == kept


def test_pictures_nobody_used_go_when_the_next_is_chosen():
    used = with_picture(QuestionFactory().current_revision, JPEG)
    Image.objects.update(kept_at=NOON - 2 * UNUSED_KEPT)
    keep_sent_picture(read_picture(OTHER_PNG), at=NOON)

    keep_sent_picture(read_picture(PNG), at=NOON + UNUSED_KEPT)
    at_the_limit = set(Image.objects.values_list("digest", flat=True))
    keep_sent_picture(read_picture(PNG), at=NOON + UNUSED_KEPT + timedelta(seconds=1))

    assert at_the_limit == {used, digest_of(OTHER_PNG), digest_of(PNG)}
    assert set(Image.objects.values_list("digest", flat=True)) == {used, digest_of(PNG)}


# Revisions --------------------------------------------------------------------------------------


def test_the_difference_names_a_changed_picture():
    one, other = read_picture(PNG), read_picture(OTHER_PNG)

    def told(old, new):
        found = changes(question(picture=old), question(picture=new))
        return {it.label: [(piece.sign, piece.text) for piece in it.pieces] for it in found}

    size = "320 × 200"
    assert told(one, one) == {}
    assert told(one, other) == {
        "Hình": [("", size), ("-", f"({one.digest[:8]})"), ("+", f"({other.digest[:8]})")]
    }
    assert told(None, one) == {"Hình": [("+", f"{size} ({one.digest[:8]})")]}
    assert told(one, None) == {"Hình": [("-", f"{size} ({one.digest[:8]})")]}


def test_contents_name_pictures_in_one_query_without_their_bytes(django_assert_num_queries):
    questions = QuestionFactory.create_batch(3)
    for each in questions[:2]:
        with_picture(each.current_revision)
    ids = [each.current_revision_id for each in questions]

    with django_assert_num_queries(6) as asked:
        contents = revision_contents(ids)

    assert not any('"content"' in query["sql"] for query in asked.captured_queries)
    assert [contents[pk].picture and contents[pk].picture.content for pk in ids] == [b"", b"", None]
    assert contents[ids[0]].picture == read_and_described(PNG)


def read_and_described(data, description="Biểu đồ có hai cột"):
    return replace(read_picture(data), description=description)


def test_no_page_of_the_desk_reads_the_bytes(client, author, django_assert_max_num_queries):
    for code in "ABC":
        made = QuestionFactory(code=code, topic__code=f"khac-{code}")
        with_picture(made.current_revision, description=f"Hình của {code}")

    for address in (page("question_list"), page("question_detail", "A")):
        with django_assert_max_num_queries(16) as asked:
            html = text(client.get(address))

        assert "Hình của A" in html
        assert not any('image"."content"' in query["sql"] for query in asked.captured_queries)


def test_the_list_takes_the_same_number_of_queries_with_and_without_pictures(client, author):
    def queries():
        with CaptureQueriesContext(connection) as asked:
            client.get(page("question_list"))
        return len(asked)

    QuestionFactory(code="A", topic__code="khac")
    queries()
    before = queries()
    with_picture(Question.objects.get().current_revision)

    assert queries() == before


def test_a_reviewer_sees_the_picture_before_and_after_the_answer(client, author):
    QuestionFactory(code="A", topic__code="khac", author=author)
    kept = with_picture(Question.objects.get().current_revision, description="Hai cột")
    Question.objects.update(status=QuestionStatus.IN_REVIEW)
    client.force_login(RoleGrantFactory(role=Role.REVIEWER).user)

    before = text(client.get(page("question_review", "A")))
    client.post(page("question_review", "A"), {"response": "B", "revision": 1})
    after = text(client.get(page("question_review", "A")))

    for html in (before, after):
        assert f'src="{page("picture", kept)}"' in html
        assert 'alt="Hai cột"' in html


# Serving ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "status"), [(Role.AUTHOR, 200), (Role.REVIEWER, 200), (Role.JURY, 403), (None, 403)]
)
def test_only_the_drafting_team_sees_pictures_of_the_bank(client, role, status):
    kept = with_picture(QuestionFactory().current_revision)
    client.force_login(RoleGrantFactory(role=role).user if role else UserFactory())

    assert client.get(page("picture", kept)).status_code == status


def test_a_visitor_is_asked_to_sign_in(client):
    kept = with_picture(QuestionFactory().current_revision)

    assert client.get(page("picture", kept)).status_code == 302
    assert client.post(page("picture_choose"), {"picture_file": upload()}).status_code == 302
    assert Image.objects.count() == 1


@pytest.mark.parametrize("role", [Role.REVIEWER, None])
def test_only_authors_choose_pictures(client, role):
    client.force_login(RoleGrantFactory(role=role).user if role else UserFactory())

    response = client.post(page("picture_choose"), {"picture_file": upload()})

    assert response.status_code == 403
    assert not Image.objects.exists()


@pytest.mark.parametrize("data", [PNG, JPEG])
def test_a_picture_is_served_to_be_kept_for_ever(client, author, data):
    kept = with_picture(QuestionFactory(topic__code="khac").current_revision, data)
    picture = read_picture(data)

    response = client.get(page("picture", kept))
    again = client.get(page("picture", kept), headers={"if-none-match": response["ETag"]})

    assert response.content == picture.content
    assert response["Content-Type"] == picture.media_type
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "private, max-age=31536000, immutable"
    assert response["ETag"] == f'"{kept}"'
    assert "img-src 'self'" in response["Content-Security-Policy"]
    assert (again.status_code, again.content) == (304, b"")
    assert again["Cache-Control"] == response["Cache-Control"]


def test_a_digest_nobody_has_is_not_there(client, author):
    assert client.get(page("picture", "0" * 64)).status_code == 404
    assert client.get(reverse("questionbank:picture", args=["x"])).status_code == 404


# Files ------------------------------------------------------------------------------------------


def stored(*questions):
    import_questions(file_of(*questions), at=NOON, options=Options())


@pytest.mark.parametrize("name", ["json", "moodle", "qti", "docx", "yaml"])
def test_what_was_exported_comes_back_as_unchanged(name):
    stored(question(1, picture=read_and_described(JPEG)), question(2))
    data = export(bank_of(Question.objects.all()), FORMATS[name]).data

    options = Options(fields=FORMATS[name].fields)
    plan = plan_import(read_file(FORMATS[name], data), options=options)

    assert [row.outcome for row in plan.rows] == [Outcome.SKIPPED, Outcome.SKIPPED]


def test_a_format_without_pictures_leaves_them_where_they_are():
    stored(question(1, picture=read_and_described(PNG)))
    wanted = question(1, stem="Lời mới?")

    import_questions(file_of(wanted), at=NOON, options=Options(fields=FORMATS["xlsx"].fields))

    assert [(number, digest) for number, digest, _text in pictures()] == [
        (1, digest_of(PNG)),
        (2, digest_of(PNG)),
    ]


def test_the_same_words_under_another_picture_are_another_question():
    one, other = read_and_described(PNG), read_and_described(OTHER_PNG)
    words = {"stem": "Biển báo trong hình có nghĩa là gì?"}

    plan = plan_import(
        file_of(
            question(1, picture=one, **words),
            question(2, picture=other, **words),
            question(3, picture=other, **words),
        ),
        options=Options(),
    )

    assert [row.outcome for row in plan.rows] == [
        Outcome.CREATED,
        Outcome.CREATED,
        Outcome.DUPLICATE,
    ]
    assert plan.conflicts == []


def test_more_pictures_than_could_be_read_back_are_not_exported(client, author, monkeypatch):
    stored(question(1, picture=read_and_described(PNG)), question(2))
    monkeypatch.setattr(exporting, "LARGEST_PICTURES", len(read_picture(PNG).content) - 1)

    refused = client.post(page("questions_export"), {"format": "json"})
    without = client.post(page("questions_export"), {"format": "csv"})

    assert refused.status_code == 422
    assert "xin lọc bớt câu" in text(refused)
    assert without.status_code == 200
    assert without["Content-Disposition"].startswith("attachment")


def test_the_preview_of_an_export_counts_the_pictures_it_will_lose(client, author):
    stored(question(1, picture=read_and_described(PNG)), question(2))

    html = text(client.get(page("questions_export"), {"format": "gift"}))
    whole = text(client.get(page("questions_export"), {"format": "json"}))

    assert "hình của 1 câu" in html
    assert "giữ được mọi phần" in whole


def test_the_migration_goes_back_and_forth(migrate):
    migrate(("questionbank", "0004_approved_is_drawn"))
    migrate(*MigrationExecutor(connection).loader.graph.leaf_nodes())

    with_picture(QuestionFactory().current_revision)
    assert Image.objects.get().media_type == "image/png"
