"""Lists prepared by units, from the desk to the people: files, slips, activation."""

import io
import re
import threading
from http import HTTPStatus

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook, load_workbook

from accounts.enums import PersonKind, Role
from accounts.models import AuditEntry, User
from contest.enums import RegisteredBy
from contest.errors import ContestError
from contest.models import ActivationSlip, Participant
from contest.registration.care import Care, care_of
from contest.registration.list_import import import_list
from contest.registration.people_table import ListRow, ReadRow, read_participants
from contest.registration.slips import activate, open_slip, print_slips
from tests.factories import (
    ConsentTextFactory,
    RegistrationRulesFactory,
    RoleGrantFactory,
    UnitFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

PASSWORD = "mat-khau-rat-kho-doan"


@pytest.fixture
def unit():
    return UnitFactory(code="so-noi-vu", name="Sở Nội vụ", search_key="so noi vu snv")


@pytest.fixture
def contest(unit):
    return RegistrationRulesFactory(contest__slug="cchc").contest


@pytest.fixture
def coordinator(unit):
    return RoleGrantFactory(role=Role.COORDINATOR, unit=unit).user


@pytest.fixture
def organiser():
    return RoleGrantFactory().user


def rows(*units):
    people = [
        ListRow(
            full_name=f"Người Thứ {number}",
            kind=PersonKind.OFFICIAL,
            phone=f"+8491234567{number}",
            unit=unit,
        )
        for number, unit in enumerate(units)
    ]
    return [ReadRow(line, row.full_name, row) for line, row in enumerate(people, start=2)]


@pytest.fixture
def listed(contest, organiser):
    """Two people of the unit, and one of another."""
    UnitFactory(code="so-khac")
    import_list(
        rows("so-noi-vu", "so-noi-vu", "so-khac"),
        contest=contest,
        care=Care(),
        actor=organiser,
        at=timezone.now(),
        source="ds.xlsx",
    )
    return list(Participant.objects.order_by("full_name"))


@pytest.fixture
def print_(contest, coordinator):
    def print_some(*people):
        return print_slips(
            contest=contest,
            care=care_of(coordinator),
            participant_ids=[it.pk for it in people] or None,
            actor=coordinator,
            at=timezone.now(),
        )

    return print_some


def page_of(client, user, contest):
    client.force_login(user)
    return client.get(reverse("contest:people_list", args=[contest.slug]))


class TestDesk:
    def test_shows_a_coordinator_the_own_people_and_an_organiser_all(
        self, client, contest, coordinator, organiser, listed
    ):
        own = page_of(client, coordinator, contest)
        assert [person for person, _awaits in own.context["people"]] == listed[:2]

        everybody = page_of(client, organiser, contest)
        assert len(everybody.context["people"]) == 3

    def test_takes_as_many_queries_for_many_as_for_one(
        self, client, contest, organiser, listed, django_assert_num_queries
    ):
        Participant.objects.exclude(pk=listed[0].pk).update(is_confirmed=True)
        client.force_login(organiser)
        address = reverse("contest:people_list", args=["cchc"])
        with django_assert_num_queries(8):
            client.get(address)
        Participant.objects.update(is_confirmed=False)
        with django_assert_num_queries(8):
            client.get(address)

    def test_gives_a_workbook_that_it_reads_itself(self, client, organiser):
        client.force_login(organiser)

        answer = client.get(reverse("contest:people_template", args=["participants"]))

        assert load_workbook(io.BytesIO(answer.content)).active["C2"].value == "094190000999"
        (row,) = read_participants(answer.content, name="mau.xlsx")
        assert (row.entry.cccd, row.entry.unit) == ("094190000999", "Sở Nội vụ")

    @pytest.mark.django_db(transaction=True)
    def test_takes_a_file_in_two_steps(self, client, contest, coordinator, unit):
        book = Workbook()
        for row in (
            ["Họ tên", "Đối tượng", "Điện thoại", "Đơn vị"],
            ["Trần Văn Hoà", "Công chức", "0912345678", "SNV"],
            ["Lê Thị Ngoài", "Công chức", "0912345679", "Sở Khác"],
        ):
            book.active.append(row)
        file = io.BytesIO()
        book.save(file)
        client.force_login(coordinator)

        sent = {"file": SimpleUploadedFile("ds.xlsx", file.getvalue())}
        answer = client.post(reverse("contest:people_list", args=["cchc"]), sent)
        page = self.wait(client, answer, "previewed")
        assert [(row["outcome"], row["reason"]) for row in page.context["page"]] == [
            ("created", ""),
            ("refused", "không rõ là đơn vị nào: “Sở Khác”"),
        ]
        assert not Participant.objects.exists()
        client.post(reverse("contest:people_file_apply", args=[page.context["file"].code]))
        self.wait(client, answer, "applied")

        participant = Participant.objects.get()
        assert (participant.unit, participant.is_confirmed) == (unit, False)
        assert participant.registration.registered_by == RegisteredBy.LIST

    def wait(self, client, answer, state):
        for _time in range(600):
            page = client.get(answer.url)
            if page.context["file"].state == state:
                return page
        raise AssertionError(page.context["file"].state)


class TestPrinting:
    def test_gives_one_slip_each_within_ones_care(self, listed, print_):
        assert [slip.participant for slip in print_()] == listed[:2]
        assert print_() == []  # everybody has one
        assert print_(listed[2]) == []  # not of this unit

    def test_again_makes_the_old_slip_void(self, listed, print_):
        (old,) = print_(listed[0])
        (new,) = print_(listed[0])

        assert open_slip(old.code, at=timezone.now()) is None
        assert open_slip(new.code, at=timezone.now()).participant == listed[0]

    def test_is_recorded_and_stores_no_code(self, listed, print_, coordinator):
        (slip,) = print_(listed[0])

        entry = AuditEntry.objects.get(action="activation_slips.print")
        assert (entry.actor, entry.after) == (coordinator, {"participants": [listed[0].pk]})
        stored = ActivationSlip.objects.values().get()
        assert slip.code not in str(stored) + str(entry.after)

    def test_gives_none_for_an_account_that_is_in_use(self, contest, listed, print_, organiser):
        """Whoever prints could take it over."""
        users = [it.user for it in listed[:2]]
        users[0].set_password(PASSWORD)
        users[0].save()
        RoleGrantFactory(user=users[1], role=Role.JURY)

        assert print_() == []

        User.objects.filter(pk=users[0].pk).update(password="!", last_login=timezone.now())
        assert print_() == []

    def test_the_sheet_has_a_code_and_a_qr_each_and_no_address_has_one(
        self, client, contest, coordinator, listed
    ):
        client.force_login(coordinator)

        answer = client.post(reverse("contest:slips_print", args=["cchc"]))

        page = answer.content.decode()
        codes = re.findall(r'slip-code">([^<]+)<', page)
        assert len(codes) == page.count("data:image/svg+xml") == 2
        assert not re.search(f'(href|src|action)="[^"]*{codes[0]}', page)
        assert answer["Cache-Control"].startswith("max-age=0")


class TestActivation:
    def test_leads_from_the_slip_to_a_confirmed_entry(self, client, contest, listed, print_):
        consent = ConsentTextFactory(contest=contest, published_at="2020-01-01T00:00Z")
        (slip,) = print_(listed[0])

        typed = f"{slip.code[:5]}-{slip.code[5:]}".lower()
        answer = client.post(reverse("contest:activation"), {"code": typed})
        assert answer.url == reverse("contest:activation_password")
        page = client.get(answer.url).content.decode()
        assert "Người Thứ 0" in page
        assert "0912 345 670" not in page
        answer = client.post(answer.url, {"password": PASSWORD})
        assert answer.url == reverse("contest:registration", args=["cchc"])
        assert "xác nhận" in client.get(answer.url).content.decode()
        client.post(answer.url, {"full_name": "Người Thứ 0", "kind": "official", "consent": "on"})

        participant = Participant.objects.get(pk=listed[0].pk)
        assert participant.is_confirmed
        assert participant.registration.consent == consent
        client.logout()
        assert client.login(phone="+84912345670", password=PASSWORD) or client.login(
            username="+84912345670", password=PASSWORD
        )

    def test_asks_whom_nobody_can_reach_for_a_phone_or_an_address(
        self, client, contest, coordinator, print_
    ):
        row = ListRow("Người Chỉ Có Tên", PersonKind.OFFICIAL, unit="SNV")
        import_list(
            [ReadRow(2, row.full_name, row)],
            contest=contest,
            care=care_of(coordinator),
            actor=coordinator,
            at=timezone.now(),
            source="ds.xlsx",
        )
        (slip,) = print_()
        client.post(reverse("contest:activation"), {"code": slip.code})
        address = reverse("contest:activation_password")

        without = client.post(address, {"password": PASSWORD})
        UserFactory(phone="+84912345678")
        taken = client.post(address, {"password": PASSWORD, "phone": "0912345678"})
        done = client.post(address, {"password": PASSWORD, "phone": "0912345679"})

        assert without.status_code == taken.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert list(without.context["form"].errors) == ["phone"]
        assert "Đã có tài khoản với thông tin này" in taken.content.decode()
        assert done.url == reverse("contest:registration", args=["cchc"])
        user = User.objects.get(full_name=row.full_name)
        assert (user.phone, user.awaits_contact) == ("+84912345679", False)
        assert not user.phone_verified
        client.logout()
        assert client.login(phone="+84912345679", password=PASSWORD)

    def test_of_a_used_slip_does_nothing(self, client, listed, print_):
        (slip,) = print_(listed[0])
        activate(
            slip_id=open_slip(slip.code, at=timezone.now()).pk,
            password=PASSWORD,
            at=timezone.now(),
        )

        answer = client.post(reverse("contest:activation"), {"code": slip.code})

        assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY

    def test_of_an_expired_slip_does_nothing(self, listed, print_):
        (slip,) = print_(listed[0])

        assert open_slip(slip.code, at=slip.expires_at) is None

    def test_without_a_code_leads_to_the_code(self, client):
        answer = client.get(reverse("contest:activation_password"))

        assert answer.url == reverse("contest:activation")

    @pytest.mark.parametrize("password", ["", "12345678", "ngan"])
    def test_wants_a_good_password(self, client, listed, print_, password):
        (slip,) = print_(listed[0])
        client.post(reverse("contest:activation"), {"code": slip.code})

        answer = client.post(reverse("contest:activation_password"), {"password": password})

        assert list(answer.context["form"].errors) == ["password"]
        assert ActivationSlip.objects.get().used_at is None

    def test_is_not_guessed_at(self, client):
        address = reverse("contest:activation")

        answers = [client.post(address, {"code": "AAAAA-AAAAA"}) for _time in range(11)]

        assert [it.status_code for it in answers] == [422] * 10 + [429]
        assert client.post(address, {"code": "BBBBB-BBBBB"}).status_code == 422

    def test_signs_whoever_was_signed_in_out(self, client, listed, print_):
        (slip,) = print_(listed[0])
        client.force_login(UserFactory())
        client.post(reverse("contest:activation"), {"code": slip.code})

        client.post(reverse("contest:activation_password"), {"password": PASSWORD})

        assert client.session["_auth_user_id"] == str(listed[0].user_id)


@pytest.mark.django_db(transaction=True)
def test_of_two_activations_at_once_one_succeeds(contest, listed, print_):
    (slip,) = print_(listed[0])
    slip_id = open_slip(slip.code, at=timezone.now()).pk
    barrier, told = threading.Barrier(8), []

    def try_it(number):
        barrier.wait()
        try:
            activate(slip_id=slip_id, password=f"{PASSWORD}-{number}", at=timezone.now())
            told.append(number)
        except ContestError as refusal:
            told.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=try_it, args=[number]) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    (winner,) = [it for it in told if isinstance(it, int)]
    assert told.count("slip_used") == 7
    assert User.objects.get(pk=listed[0].user_id).check_password(f"{PASSWORD}-{winner}")
