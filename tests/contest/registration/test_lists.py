"""Lists that units prepare: looked at first, then all of it or nothing."""

import io
import json
from dataclasses import replace
from datetime import date

import pytest
from allauth.account.models import EmailAddress
from django.core.management import CommandError, call_command
from django.utils import translation
from django.utils.translation import gettext
from openpyxl import Workbook

from accounts.encryption import blind_index
from accounts.enums import PersonKind, Role, Sex
from accounts.models import AuditEntry, NationalId, User
from accounts.services.identity import set_national_id
from contest.enums import OnRepeat, PeopleFileKind, PersonField, RegisteredBy, RowOutcome
from contest.models import Identifier, Participant, Registration, UnitCondition
from contest.registration.care import Care, care_of
from contest.registration.list_import import import_list
from contest.registration.list_plan import plan_list
from contest.registration.listing import Listed, list_person
from contest.registration.people_table import (
    ListRow,
    ReadRow,
    read_listed,
    read_participants,
    template,
)
from contest.registration.registering import Entry, register
from tests.factories import (
    NOON,
    AskedFieldFactory,
    ParticipantFactory,
    RegistrationRulesFactory,
    RoleGrantFactory,
    UnitFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

ROW = ListRow(
    full_name="Trần Văn Hoà",
    kind=PersonKind.OFFICIAL,
    born_on=date(1990, 5, 19),
    sex=Sex.MALE,
    cccd="094090000999",
    phone="+84912345678",
    email="hoa@vidu.vn",
    unit="Sở Nội vụ",
    position="Chuyên viên",
)


@pytest.fixture
def unit():
    return UnitFactory(code="so-noi-vu", name="Sở Nội vụ", search_key="so noi vu snv")


@pytest.fixture
def contest(unit):
    """Asks for the CCCD, once each."""
    contest = RegistrationRulesFactory(contest__slug="cchc").contest
    AskedFieldFactory(contest=contest, field=PersonField.CCCD)
    return contest


@pytest.fixture
def organiser():
    return RoleGrantFactory().user


def read(*rows):
    return [ReadRow(line, row.full_name, row) for line, row in enumerate(rows, start=2)]


def plan(contest, *rows, care=None):
    return plan_list(read(*rows), contest=contest, care=care or Care(), at=NOON).rows


def bring_in(contest, actor, *rows):
    care = care_of(actor)
    return import_list(
        read(*rows), contest=contest, care=care, actor=actor, at=NOON, source="ds.xlsx"
    )


def outcomes(rows):
    return [(row.outcome, row.reason) for row in rows]


def outcome(contest, row, **more):
    (planned,) = plan(contest, row, **more)
    return planned.outcome, planned.reason


def test_a_row_makes_an_account_and_an_entry_that_waits_to_be_confirmed(contest, organiser, unit):
    bring_in(contest, organiser, ROW)

    participant = Participant.objects.get()
    user, said = participant.user, participant.registration
    assert (user.full_name, user.phone, user.email, user.unit) == (
        *("Trần Văn Hoà", "+84912345678", "hoa@vidu.vn"),
        unit,
    )
    assert (user.has_usable_password(), user.phone_verified) == (False, False)
    assert (participant.is_confirmed, participant.unit) == (False, unit)
    assert participant.folded_name == " tran van hoa"
    assert (said.registered_by, said.consent, said.position) == (
        *(RegisteredBy.LIST, None),
        "Chuyên viên",
    )
    assert NationalId.objects.get(user=user).whole_number() == "094090000999"
    assert set(Identifier.objects.values_list("field", "digest", "is_exclusive")) == {
        ("cccd", blind_index("cccd", "094090000999"), True),
        ("phone", blind_index("phone", "+84912345678"), False),
        ("email", blind_index("email", "hoa@vidu.vn"), False),
    }
    assert EmailAddress.objects.get(user=user).email == "hoa@vidu.vn"


def test_what_is_imported_is_what_registering_by_hand_stores(contest, organiser, unit):
    bring_in(contest, organiser, ROW)
    other = RegistrationRulesFactory().contest
    AskedFieldFactory(contest=other, field=PersonField.CCCD)
    user = Participant.objects.get().user
    entry = Entry(
        **{name: getattr(ROW, name) for name in ("full_name", "kind", "born_on", "sex", "cccd")},
        **{name: getattr(ROW, name) for name in ("phone", "email", "position")},
        unit=unit,
    )

    register(contest=other, user=user, entry=entry, at=NOON, by=RegisteredBy.LIST)

    def stored(model, *without):
        rows = model.objects.order_by("participant__contest", "field" if without else "pk").values()
        keys = {"id", "participant_id", "contest_id"}
        rows = [{key: it[key] for key in it if key not in keys} for it in rows]
        return rows[: len(rows) // 2], rows[len(rows) // 2 :]

    assert len(set(map(str, stored(Registration)))) == 1
    assert len(set(map(str, stored(Identifier, "field")))) == 1


def test_a_dry_run_stores_nothing(contest):
    assert outcome(contest, ROW) == (RowOutcome.CREATED, "")
    assert not Participant.objects.exists()


def test_the_same_list_again_changes_nothing(contest, organiser):
    bring_in(contest, organiser, ROW)

    again = bring_in(contest, organiser, ROW)

    assert outcomes(again.rows) == [(RowOutcome.SKIPPED, "đã có trong danh sách")]
    assert User.objects.filter(full_name=ROW.full_name).count() == 1


def test_a_corrected_row_corrects_the_account_that_nobody_has_used(contest, organiser):
    bring_in(contest, organiser, ROW)

    changed = replace(ROW, full_name="Trần Văn Hòa", phone="+84987654321", cccd="094090000998")
    plan = bring_in(contest, organiser, changed)

    assert outcomes(plan.rows) == [(RowOutcome.CHANGED, "")]
    user = Participant.objects.get().user
    assert (user.full_name, user.phone) == ("Trần Văn Hòa", "+84987654321")
    assert NationalId.objects.get(user=user).whole_number() == "094090000998"


@pytest.mark.parametrize("by", ["phone", "email", "cccd"])
def test_somebody_with_an_account_is_invited_and_not_overwritten(contest, organiser, by):
    user = UserFactory(full_name="Trần Thị Hoa", email="rieng@vidu.vn")
    if by == "cccd":
        set_national_id(user=user, typed=ROW.cccd, at=NOON)
    else:
        User.objects.filter(pk=user.pk).update(**{by: getattr(ROW, by)})
    before = User.objects.filter(pk=user.pk).values().get()

    plan = bring_in(contest, organiser, ROW)

    assert outcomes(plan.rows) == [(RowOutcome.INVITED, "")]
    participant = Participant.objects.get()
    assert (participant.user, participant.is_confirmed) == (user, False)
    assert User.objects.filter(pk=user.pk).values().get() == before
    assert NationalId.objects.count() == (by == "cccd")


def test_whoever_has_registered_stays_as_they_are(contest, organiser):
    participant = ParticipantFactory(contest=contest, user__phone=ROW.phone)

    assert outcome(contest, ROW) == (RowOutcome.SKIPPED, "đã đăng ký dự thi")
    participant.refresh_from_db()
    assert participant.is_confirmed


def test_values_of_two_accounts_are_refused(contest):
    UserFactory(phone=ROW.phone)
    UserFactory(email=ROW.email)

    assert outcome(contest, ROW) == (
        RowOutcome.REFUSED,
        "các thông tin này thuộc về nhiều tài khoản khác nhau",
    )


def test_a_value_repeated_in_the_file_is_a_duplicate_of_the_first(contest):
    twin = replace(ROW, full_name="Người Khác", cccd="", email="")

    assert outcomes(plan(contest, ROW, twin)) == [
        (RowOutcome.CREATED, ""),
        (RowOutcome.DUPLICATE, "trùng với dòng 2 của tệp"),
    ]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"unit": "Sở Không có"}, "không rõ là đơn vị nào: “Sở Không có”"),
        ({"unit": ""}, "thiếu đơn vị"),
    ],
)
def test_a_row_that_lacks_something_is_refused_with_its_reason(contest, change, reason):
    assert outcome(contest, replace(ROW, **change)) == (RowOutcome.REFUSED, reason)


class TestPeopleWithoutPhoneAndAddress:
    """A list of names: an account that a slip opens, and its owner then says how to reach them."""

    NAMED = replace(ROW, cccd="", phone="", email="")

    def test_get_an_account_that_awaits_a_contact(self, contest, organiser):
        bring_in(contest, organiser, self.NAMED)

        user = Participant.objects.get().user
        assert (user.phone, user.email, user.awaits_contact) == (None, None, True)
        assert not EmailAddress.objects.exists()
        assert not Identifier.objects.exists()

    @pytest.mark.parametrize("born_on", [ROW.born_on, None])
    def test_are_known_again_by_name_date_and_unit(self, contest, organiser, born_on):
        row = replace(self.NAMED, born_on=born_on)
        bring_in(contest, organiser, row)

        again = replace(row, full_name="TRẦN VĂN HÒA", position="Trưởng phòng")
        assert outcome(contest, row) == (RowOutcome.SKIPPED, "đã có trong danh sách")
        assert outcome(contest, again) == (RowOutcome.CHANGED, "")
        for other in (
            replace(row, full_name="Trần Văn Hoàng"),
            replace(row, born_on=date(1991, 5, 19)),
            replace(row, kind=PersonKind.CITIZEN, unit=""),
        ):
            assert outcome(contest, other) == (RowOutcome.CREATED, "")

    def test_are_known_again_when_their_phone_is_told_later(self, contest, organiser):
        bring_in(contest, organiser, self.NAMED)

        later = bring_in(contest, organiser, replace(self.NAMED, phone=ROW.phone))

        assert outcomes(later.rows) == [(RowOutcome.CHANGED, "")]
        user = Participant.objects.get().user
        assert (user.phone, user.awaits_contact) == (ROW.phone, False)

    def test_a_namesake_with_a_phone_is_somebody_else_unless_the_date_is_told(
        self, contest, organiser
    ):
        row = replace(self.NAMED, born_on=None)
        bring_in(contest, organiser, row)

        assert outcome(contest, replace(row, phone=ROW.phone)) == (RowOutcome.CREATED, "")

    def test_two_in_one_file_must_be_told_apart(self, contest):
        twice = plan(contest, self.NAMED, self.NAMED)

        assert [it.outcome for it in twice] == [RowOutcome.CREATED, RowOutcome.DUPLICATE]
        assert twice[1].reason.startswith("trùng họ tên, ngày sinh và đơn vị với dòng 2 của tệp")
        told_apart = plan(contest, self.NAMED, replace(self.NAMED, phone=ROW.phone))
        assert [it.outcome for it in told_apart] == [RowOutcome.CREATED] * 2

    def test_whoever_has_registered_already_is_not_entered_twice(self, contest, organiser, unit):
        user = UserFactory(phone=ROW.phone)
        entry = Entry(ROW.full_name, ROW.kind, unit, ROW.born_on, phone=ROW.phone)
        register(contest=contest, user=user, entry=entry, at=NOON)

        assert outcome(contest, self.NAMED) == (RowOutcome.SKIPPED, "đã đăng ký dự thi")


def test_a_citizen_needs_no_unit(contest):
    row = replace(ROW, kind=PersonKind.CITIZEN, unit="")

    assert outcome(contest, row) == (RowOutcome.CREATED, "")


@pytest.mark.parametrize("written", ["so noi vu", "SNV", "so-noi-vu", "SỞ NỘI VỤ"])
def test_a_unit_is_found_however_it_is_written(contest, unit, written):
    (planned,) = plan(contest, replace(ROW, unit=written))

    assert planned.entry.unit == unit


def test_conditions_of_the_contest_hold_for_lists(contest, unit, organiser):
    UnitCondition.objects.create(contest=contest, unit=unit, is_admitted=False)
    assert outcome(contest, ROW) == (RowOutcome.REFUSED, "Hội thi không dành cho đơn vị này.")

    UnitCondition.objects.all().delete()
    contest.registration_rules.bars_listed = True
    contest.registration_rules.save()
    entry = Listed(full_name="Khác Hẳn", phone=ROW.phone)
    list_person(contest=contest, entry=entry, actor=organiser, at=NOON)
    refused, reason = outcome(contest, ROW)
    assert (refused, reason[:14]) == (RowOutcome.REFUSED, "Theo thể lệ, n")


def test_a_number_that_another_has_for_themselves_is_refused(contest, organiser):
    bring_in(contest, organiser, ROW)
    Participant.objects.update(is_confirmed=True)
    NationalId.objects.all().delete()  # known to the contest alone
    other = replace(ROW, phone="+84987654321", email="")

    assert outcome(contest, other) == (
        RowOutcome.REFUSED,
        "“Số căn cước (CCCD)” đã được người khác dùng để đăng ký",
    )


def test_a_shared_number_is_taken_where_the_contest_flags_it(organiser, unit):
    contest = RegistrationRulesFactory().contest
    AskedFieldFactory(contest=contest, field=PersonField.CCCD, on_repeat=OnRepeat.FLAG)
    bring_in(contest, organiser, ROW)
    NationalId.objects.all().delete()

    other = replace(ROW, phone="+84987654321", email="")
    assert outcome(contest, other) == (RowOutcome.CREATED, "")


class TestCoordinator:
    @pytest.fixture
    def coordinator(self, unit):
        return RoleGrantFactory(role=Role.COORDINATOR, unit=unit).user

    def test_enters_the_own_unit_and_those_below_it(self, contest, unit, coordinator):
        below = UnitFactory(code="trung-tam", parent=unit)
        stranger = UnitFactory(code="so-khac")
        care = care_of(coordinator)

        found = plan(
            contest,
            ROW,
            replace(ROW, unit=below.code, cccd="", email="", phone="+84987654321"),
            replace(ROW, unit=stranger.code, cccd="", email="", phone="+84987654322"),
            care=care,
        )

        assert outcomes(found) == [
            (RowOutcome.CREATED, ""),
            (RowOutcome.CREATED, ""),
            (RowOutcome.REFUSED, "đơn vị này không thuộc phạm vi Anh/Chị phụ trách"),
        ]

    def test_need_not_name_the_own_unit(self, contest, unit, coordinator):
        (planned,) = plan(contest, replace(ROW, unit=""), care=care_of(coordinator))

        assert planned.entry.unit == unit

    def test_of_two_units_names_which(self, contest, coordinator):
        RoleGrantFactory(user=coordinator, role=Role.COORDINATOR, unit=UnitFactory())

        found = outcome(contest, replace(ROW, unit=""), care=care_of(coordinator))

        assert found == (RowOutcome.REFUSED, "thiếu đơn vị")

    def test_does_not_change_another_units_entry(self, contest, organiser, coordinator, unit):
        UnitFactory(code="so-khac")
        bring_in(contest, organiser, replace(ROW, unit="so-khac"))

        assert outcome(contest, ROW, care=care_of(coordinator)) == (
            RowOutcome.SKIPPED,
            "đã có trong danh sách của đơn vị khác",
        )

    @pytest.mark.parametrize("role", [Role.JURY, Role.OBSERVER, Role.AUTHOR, Role.REVIEWER])
    def test_nobody_else_cares_for_anybody(self, role):
        assert care_of(RoleGrantFactory(role=role).user) is None
        assert care_of(UserFactory()) is None


def test_the_import_is_recorded_without_anybodys_data(contest, organiser):
    bring_in(contest, organiser, ROW)

    entry = AuditEntry.objects.get(action="participants.import")
    assert (entry.actor, entry.target, entry.reason) == (organiser, "contest:cchc", "ds.xlsx")
    assert entry.after == dict.fromkeys(
        ["invited", "changed", "skipped", "duplicate", "refused"], 0
    ) | {"created": 1}


def test_two_thousand_rows_are_planned_and_entered_in_a_few_queries(
    contest, organiser, django_assert_max_num_queries
):
    rows = [
        replace(ROW, cccd=f"0940900{n:05}", phone=f"+8491{n:07}", email=f"nguoi{n}@don-vi.vn")
        for n in range(2000)
    ]

    with django_assert_max_num_queries(200):
        found = bring_in(contest, organiser, *rows)

    assert len(found.of(RowOutcome.CREATED)) == 2000
    assert Participant.objects.filter(contest=contest).count() == 2000


# Files ------------------------------------------------------------------------------------------

HEADINGS = ["TT", "Họ và tên", "Ngày sinh", "Giới tính", "Số CCCD", "Số điện thoại"]
HEADINGS += ["Thư điện tử", "Đơn vị công tác", "Chức vụ", "Đối tượng"]
CELLS = [1, "Trần Văn Hoà", "19/05/1990", "Nam", "094090000999", "0912345678"]
CELLS += ["Hoa@Vidu.vn", "Sở Nội vụ", "Chuyên viên", "Công chức"]


def workbook(*rows):
    book = Workbook()
    for row in (["ỦY BAN NHÂN DÂN"], ["DANH SÁCH DỰ THI"], HEADINGS, *rows):
        book.active.append(list(row))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def changed(**cells):
    row = list(CELLS)
    for name, value in cells.items():
        row[HEADINGS.index(name.replace("_", " "))] = value
    return row


def read_one(row, **more):
    (found,) = read_participants(workbook(row), name="ds.xlsx", **more)
    return found.entry or found.reason


def test_a_table_is_read_under_titles_and_free_headings():
    assert read_one(CELLS) == ROW


def test_a_csv_is_read_as_a_workbook_is():
    text = "\n".join(";".join(map(str, row)) for row in (HEADINGS, CELLS))

    (found,) = read_participants(text.encode(), name="ds.csv")

    assert (found.line, found.entry) == (2, ROW)


def test_a_number_that_lost_its_zeros_waits_for_a_persons_word():
    row = changed(Số_CCCD=94090000999)

    assert read_one(row) == (
        "số căn cước thiếu số 0 ở đầu; nếu do bảng tính bỏ mất, chọn “Thêm số 0 ở đầu”"
    )
    assert read_one(row, restores_zeros=True) == ROW


def test_a_phone_read_as_a_number_gets_its_zero_back():
    assert read_one(changed(Số_điện_thoại=912345678)) == ROW


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"Họ_và_tên": "123"}, "thiếu họ tên, hoặc họ tên không có chữ"),
        ({"Đối_tượng": ""}, "thiếu đối tượng dự thi"),
        ({"Đối_tượng": "Khách"}, "không rõ đối tượng “Khách”"),
        ({"Giới_tính": "X"}, "giới tính ghi là Nam hoặc Nữ"),
        ({"Ngày_sinh": "31/02/1990"}, "ngày sinh chưa đúng; ví dụ cách viết đúng: 19/05/1990"),
        ({"Ngày_sinh": "01/01/2990"}, "ngày sinh này không thể đúng"),
        ({"Số_điện_thoại": "12"}, "số điện thoại chưa đúng"),
        ({"Thư_điện_tử": "hoa@"}, "thư điện tử chưa đúng"),
        ({"Chức_vụ": "x" * 151}, "có ô dài quá 150 ký tự"),
        (
            {"Số_CCCD": "12345678901x"},
            "Số định danh chỉ gồm chữ số. Ví dụ: 087084000999.",
        ),
    ],
)
def test_a_bad_cell_costs_its_row_and_says_why(cells, reason):
    assert read_one(changed(**cells)) == reason


@pytest.mark.parametrize("language", ["vi", "en"])
class TestTemplatesOfEachLanguage:
    def test_that_of_participants_is_read_to_the_last_cell(self, language):
        with translation.override(language):
            data = template(PeopleFileKind.PARTICIPANTS)

        (found,) = read_participants(data, name="mau.xlsx")

        assert found.entry == ListRow(
            full_name="Trần Thị Ví Dụ",
            kind=PersonKind.OFFICIAL,
            born_on=date(1990, 5, 19),
            sex=Sex.FEMALE,
            cccd="094190000999",
            phone="+84912345678",
            email="vidu@soctrang.gov.vn",
            unit="Sở Nội vụ",
            position="Chuyên viên",
        )

    def test_that_of_people_who_may_not_win_is_read_to_the_last_cell(self, language):
        with translation.override(language):
            data, duty = template(PeopleFileKind.LISTED), gettext("Tổ thư ký")

        (found,) = read_listed(data, name="mau.xlsx")

        assert found.entry == Listed(
            full_name="Trần Thị Ví Dụ",
            born_on=date(1990, 5, 19),
            cccd="094190000999",
            phone="+84912345678",
            duty=duty,
        )

    @pytest.mark.parametrize("kind", PersonKind)
    def test_a_kind_is_read_as_the_pages_call_it(self, language, kind):
        with translation.override(language):
            label = str(kind.label)

        assert read_one(changed(Đối_tượng=label)).kind == kind


class TestCommand:
    @pytest.fixture
    def file(self, tmp_path):
        path = tmp_path / "ds.xlsx"
        path.write_bytes(workbook(CELLS, changed(Đối_tượng="?"), CELLS))
        return str(path)

    def run(self, capsys, *arguments):
        call_command("import_participants", "cchc", *arguments)
        return json.loads(capsys.readouterr().out.splitlines()[-1])

    def test_says_first_and_does_then(self, contest, organiser, file, capsys):
        by = ["--by", organiser.email]
        told = {
            "created": 1,
            "invited": 0,
            "changed": 0,
            "skipped": 0,
            "duplicates": [{"row": 6, "reason": "trùng với dòng 4 của tệp"}],
            "refused": [{"row": 5, "reason": "không rõ đối tượng “?”"}],
        }

        assert self.run(capsys, file, *by) == {"applied": False, **told}
        assert not Participant.objects.exists()
        assert self.run(capsys, file, "--apply", *by) == {"applied": True, **told}
        assert Participant.objects.count() == 1

    def test_is_a_superusers_unless_it_says_whose(self, contest, file, capsys):
        with pytest.raises(CommandError, match="--by names"):
            self.run(capsys, file)
        UserFactory(is_superuser=True)
        assert self.run(capsys, file)["created"] == 1

    def test_keeps_to_a_coordinators_care(self, contest, file, capsys):
        coordinator = RoleGrantFactory(role=Role.COORDINATOR, unit=UnitFactory()).user

        told = self.run(capsys, file, "--apply", "--by", coordinator.email)

        assert told["created"] == 0
        assert not Participant.objects.exists()

    def test_refuses_what_is_no_list(self, contest, organiser, tmp_path):
        path = tmp_path / "ds.csv"
        path.write_text("một,hai\n1,2\n")

        with pytest.raises(CommandError, match="Không thấy dòng tiêu đề"):
            call_command("import_participants", "cchc", str(path), "--by", organiser.email)
        with pytest.raises(CommandError, match="no contest"):
            call_command("import_participants", "khong-co", str(path))
