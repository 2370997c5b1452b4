"""The list of those who may not win, at the organisers' desk."""

import io
from http import HTTPStatus

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook

from accounts.encryption import blind_index
from accounts.models import AuditEntry
from contest.enums import PersonField
from contest.models import ListedPerson, PeopleFile
from contest.registration.listing import Listed, list_people
from contest.registration.sealing import unseal
from tests.factories import NOON, ContestFactory, RoleGrantFactory

pytestmark = pytest.mark.django_db

CCCD, PHONE = "094190000111", "+84987654321"


@pytest.fixture
def contest():
    return ContestFactory(slug="cchc")


@pytest.fixture
def organiser():
    return RoleGrantFactory().user


@pytest.fixture
def desk(client, contest, organiser):
    client.force_login(organiser)
    return reverse("contest:listed_people", args=["cchc"])


def add(client, **said):
    address = reverse("contest:listed_person_add", args=["cchc"])
    return client.post(address, {"full_name": "Lê Thị Thư Ký", "duty": "Tổ thư ký", **said})


def test_somebody_is_added_and_their_numbers_are_never_shown(client, desk):
    add(client, cccd="094 190 000 111", phone="0987 654 321")

    person = ListedPerson.objects.get()
    assert (person.cccd_digest, person.phone_digest) == (
        blind_index("cccd", CCCD),
        blind_index("phone", PHONE),
    )
    assert (unseal(person, PersonField.CCCD), unseal(person, PersonField.PHONE)) == (CCCD, PHONE)
    page = client.get(desk).content.decode()
    assert "Lê Thị Thư Ký" in page
    for number in (CCCD, "0111", "654321", "654 321"):
        assert number not in page


def test_adding_is_recorded_without_the_numbers(client, desk, organiser):
    add(client, cccd=CCCD)

    entry = AuditEntry.objects.get(action="listed_people.add")
    assert entry.actor == organiser
    assert entry.after["people"][0]["known_by"] == ["cccd"]
    assert CCCD not in str(entry.after)


def test_the_same_number_is_listed_once(client, desk):
    add(client, cccd=CCCD)

    answer = add(client, cccd=CCCD, full_name="Tên Khác")

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert ListedPerson.objects.count() == 1


def test_a_name_alone_is_not_enough(client, desk):
    answer = add(client)

    assert list(answer.context["form"].errors) == ["cccd"]
    assert not ListedPerson.objects.exists()


def test_a_name_with_a_birth_date_is(client, desk):
    add(client, born_on="19/05/1990")

    assert ListedPerson.objects.get().born_on.isoformat() == "1990-05-19"


def test_somebody_is_taken_off_with_a_reason(client, desk):
    add(client, cccd=CCCD)
    person = ListedPerson.objects.get()
    remove = reverse("contest:listed_person_remove", args=["cchc"])

    client.post(remove, {"person": person.pk, "reason": " "})
    assert ListedPerson.objects.exists()
    client.post(remove, {"person": person.pk, "reason": "Thôi nhiệm vụ"})
    client.post(remove, {"person": person.pk, "reason": "Lần nữa"})

    assert not ListedPerson.objects.exists()
    (entry,) = AuditEntry.objects.filter(action="listed_people.remove")
    assert (entry.reason, entry.before["people"][0]["full_name"]) == (
        "Thôi nhiệm vụ",
        "Lê Thị Thư Ký",
    )


def test_another_contests_list_is_not_touched(client, desk, organiser):
    other = ContestFactory(slug="khac")
    entry = Listed(full_name="Người Khác", cccd=CCCD)
    (person,) = list_people(contest=other, entries=[entry], actor=organiser, at=NOON)

    remove = reverse("contest:listed_person_remove", args=["cchc"])
    client.post(remove, {"person": person.pk, "reason": "Nhầm"})

    assert ListedPerson.objects.get() == person
    assert "Người Khác" not in client.get(desk).content.decode()


def test_a_long_list_takes_as_many_queries_as_a_short_one(
    client, desk, contest, organiser, django_assert_num_queries
):
    def page_with(count):
        people = [
            Listed(full_name=f"Người {n}", cccd=f"09419{count:02}{n:05}") for n in range(count)
        ]
        list_people(contest=contest, entries=people, actor=organiser, at=NOON)
        with django_assert_num_queries(7):
            client.get(desk)

    page_with(1)
    page_with(30)


def workbook(*rows):
    book = Workbook()
    for row in rows:
        book.active.append(list(row))
    file = io.BytesIO()
    book.save(file)
    return SimpleUploadedFile("btc.xlsx", file.getvalue())


@pytest.mark.django_db(transaction=True)
class TestFile:
    ROWS = (
        ["DANH SÁCH BAN TỔ CHỨC"],
        ["STT", "Họ tên", "Ngày sinh", "Số CCCD", "SĐT", "Nhiệm vụ"],
        [1, "Lê Thị Thư Ký", "19/05/1990", CCCD, "0987654321", "Thư ký"],
        [2, "Trần Văn Giám Khảo", "", 94090000999, "", "Giám khảo"],
        [3, "Chỉ Có Tên", "", "", "", ""],
        [4, "Lê Thị Thư Ký", "", CCCD, "", "Lặp lại"],
    )

    def send(self, client, file, **more):
        address = reverse("contest:listed_people_upload", args=["cchc"])
        return client.post(address, {"file": file, **more})

    def wait(self, client, answer, state):
        """Until the work in the background has come to `state`."""
        for _time in range(600):
            page = client.get(answer.url)
            if page.context["file"].state == state:
                return page
            page.context["file"].refresh_from_db()
        raise AssertionError(page.context["file"].state)

    def test_is_looked_at_first_and_brought_in_then(self, client, desk):
        answer = self.send(client, workbook(*self.ROWS))

        page = self.wait(client, answer, "previewed")
        assert [row["outcome"] for row in page.context["page"]] == [
            *("created", "refused", "refused", "skipped")
        ]
        assert not ListedPerson.objects.exists()
        client.post(reverse("contest:people_file_apply", args=[page.context["file"].code]))
        self.wait(client, answer, "applied")
        assert list(ListedPerson.objects.values_list("full_name", "duty")) == [
            ("Lê Thị Thư Ký", "Thư ký")
        ]
        assert bytes(PeopleFile.objects.get().content) == b""

    def test_puts_zeros_back_when_told_to(self, client, desk):
        page = self.wait(
            client, self.send(client, workbook(*self.ROWS), restores_zeros="on"), "previewed"
        )

        assert page.context["page"][1]["outcome"] == "created"

    def test_is_kept_encrypted_and_its_report_holds_no_number(self, client, desk):
        self.wait(client, self.send(client, workbook(*self.ROWS)), "previewed")

        file = PeopleFile.objects.get()
        assert not bytes(file.content).startswith(b"PK")
        assert CCCD not in str(file.report)

    @pytest.mark.parametrize(
        "data", [b"PK\x03\x04broken", b"mot,hai\n1,2\n", b"\xd0\xcf\x11\xe0old"]
    )
    def test_that_is_no_list_says_so(self, client, desk, data):
        answer = self.send(client, SimpleUploadedFile("btc.xlsx", data))

        page = self.wait(client, answer, "failed")
        assert page.context["refusal"]

    def test_is_nobody_elses(self, client, desk):
        answer = self.send(client, workbook(*self.ROWS))
        self.wait(client, answer, "previewed")

        client.force_login(RoleGrantFactory().user)
        assert client.get(answer.url).status_code == HTTPStatus.NOT_FOUND
