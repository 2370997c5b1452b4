"""The desk for units: what organisers see and do, what a preview promises, what others may."""

from http import HTTPStatus

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.enums import Role
from accounts.models import AuditEntry, Unit, UnitFile, UnitMove, UnitSuccession
from tests.accounts.units.test_importing import HEADINGS, row, workbook
from tests.factories import ParticipantFactory, RoleGrantFactory, UnitFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def organiser(client):
    user = RoleGrantFactory(role=Role.ORGANISER, user=UserFactory(unit=None)).user
    client.force_login(user)
    return user


def address(name, *args):
    return reverse(f"units:{name}", args=args)


def html(response):
    return response.content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_list_costs_the_same_however_many_units(
    client, organiser, count, django_assert_max_num_queries
):
    for unit in UnitFactory.create_batch(count):
        UnitFactory(parent=unit)

    with django_assert_max_num_queries(9):
        response = client.get(address("unit_list"))

    assert len(response.context["units"]) == count
    assert {unit.child_count for unit in response.context["units"]} == {1}


def test_list_finds_by_any_way_of_typing_and_leaves_out_what_has_gone(client, organiser):
    unit = UnitFactory(name="Sở Nội vụ", parent=UnitFactory(name="Ủy ban nhân dân tỉnh"))
    gone = UnitFactory(name="Sở Nội vụ cũ", valid_to="2020-01-01")

    now = client.get(address("unit_list"), {"q": "sonoivu"})
    ever = client.get(address("unit_list"), {"q": "sonoivu", "het": "1"})

    assert now.context["units"] == [unit]
    assert "Ủy ban nhân dân tỉnh" in html(now)
    assert ever.context["units"] == [unit, gone]


def test_empty_pages_say_what_to_do(client, organiser):
    assert "Chưa có đơn vị nào" in html(client.get(address("unit_list")))
    assert "Không tìm thấy đơn vị nào" in html(client.get(address("unit_list"), {"q": "zz"}))


def test_a_unit_is_added_below_the_one_it_was_asked_for(client, organiser):
    above = UnitFactory(code="so-y-te", name="Sở Y tế")

    form = client.get(address("unit_create"), {"duoi": "so-y-te"})
    sent = {
        "code": "tram-a",
        "name": " Trạm  A ",
        "kind": "public_service",
        "unit": "",
        "unit_query": "so y te",
        "headcount": "5",
        "valid_from": "01/07/2025",
    }
    response = client.post(address("unit_create"), sent)
    again = client.post(address("unit_create"), sent)

    assert 'value="Sở Y tế"' in html(form)
    assert response["Location"] == address("unit_detail", "tram-a")
    unit = Unit.objects.get(code="tram-a")
    assert (unit.name, unit.parent, unit.headcount) == ("Trạm A", above, 5)
    assert again.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Mã này đã được dùng cho đơn vị khác." in html(again)


def test_a_unit_is_edited_and_the_change_recorded(client, organiser):
    unit = UnitFactory(name="Sở Cũ", headcount=3)
    page = address("unit_edit", unit.code)

    bad = client.post(
        page, {"name": "A", "kind": "other", "valid_from": "2/2/2025", "valid_to": "1/2/2025"}
    )
    good = client.post(page, {"name": "Sở Mới", "kind": "department", "headcount": ""})
    detail = html(client.get(address("unit_detail", unit.code)))

    assert "Ngày kết thúc đứng trước ngày bắt đầu." in html(bad)
    assert good.status_code == HTTPStatus.FOUND
    unit.refresh_from_db()
    assert (unit.name, unit.headcount, unit.search_key) == ("Sở Mới", None, "so moi sm")
    assert "Sửa thông tin" in detail
    assert organiser.full_name in detail


MOVE = {"unit": "", "unit_query": "Sở Mới", "on": "01/07/2025", "reason": "Quyết định 1"}


def test_a_move_is_shown_before_it_is_done(client, organiser):
    unit, new = UnitFactory(parent=UnitFactory(name="Sở Cũ")), UnitFactory(name="Sở Mới")
    UserFactory(unit=unit)
    page = address("unit_move", unit.code)

    preview = client.post(page, MOVE)
    moves_before = UnitMove.objects.count()
    done = client.post(page, {**MOVE, "seen": preview.context["seen"]})

    assert (preview.context["effect"].units, preview.context["effect"].people) == (1, 1)
    assert moves_before == 0
    assert done["Location"] == address("unit_detail", unit.code)
    unit.refresh_from_db()
    assert unit.parent == new
    assert "Quyết định 1" in html(client.get(done["Location"]))


def test_what_was_changed_after_the_preview_is_shown_anew(client, organiser):
    unit, _new = UnitFactory(), UnitFactory(name="Sở Mới")
    page = address("unit_move", unit.code)
    seen = client.post(page, MOVE).context["seen"]

    response = client.post(page, {**MOVE, "on": "02/07/2025", "seen": seen})

    assert response.context["seen"] != seen
    assert not UnitMove.objects.exists()


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"unit_query": "khong co"}, "Không tìm thấy đơn vị “khong co”"),
        ({"unit_query": "so m"}, "Chưa rõ “so m” là đơn vị nào"),
        ({"unit_query": ""}, "Đơn vị đang ở đúng cấp trên này."),
        ({"on": "31/02/2025"}, "Ngày chưa đúng"),
        ({"on": "01/01/2999"}, "Ngày có hiệu lực chưa đến"),
        ({"reason": ""}, "Mời Anh/Chị ghi căn cứ."),
    ],
)
def test_a_move_that_cannot_be_is_refused_in_the_form(client, organiser, sent, words):
    unit, _new, _other = UnitFactory(), UnitFactory(name="Sở Mới"), UnitFactory(name="Sở Mới Hai")

    response = client.post(address("unit_move", unit.code), {**MOVE, **sent})

    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert words in html(response)


def test_a_merger_is_shown_with_what_stays_done_and_undone(client, organiser):
    first, second = UnitFactory(code="a"), UnitFactory(name="Sở Hai")
    heir = UnitFactory(code="moi", name="Sở Mới")
    ParticipantFactory(user=UserFactory(unit=first))
    UnitFactory(parent=second)
    sent = {
        "kind": "merged",
        "units": "a\n\nSở Hai\na",
        "successors": "moi",
        "on": "01/07/2025",
        "reason": "Nghị quyết 1",
    }

    preview = client.post(address("unit_succession"), sent)
    done = client.post(address("unit_succession"), {**sent, "seen": preview.context["seen"]})
    detail = html(client.get(address("unit_detail", "a")))
    undo = address("succession_undo", "a")
    asked = client.get(undo)
    undone = client.post(undo, {"reason": "Ghi nhầm"})

    effect = preview.context["effect"]
    assert (list(effect.units), effect.people, effect.children) == ([first, second], 1, 1)
    assert "giữ nguyên tên đơn vị cũ" in html(preview)
    assert done["Location"] == address("unit_detail", heir.code)
    assert "kế thừa bởi" in detail
    assert "Sở Mới" in html(asked)
    assert undone["Location"] == address("unit_detail", "a")
    assert list(UnitSuccession.objects.values_list("unit__name", flat=True)) == ["Sở Hai"]


def test_an_end_that_does_not_fit_is_refused_in_the_form(client, organiser):
    UnitFactory(code="a")
    sent = {"kind": "dissolved", "units": "a", "on": "01/07/2025", "reason": "R"}
    UnitFactory(code="b")

    response = client.post(address("unit_succession"), {**sent, "successors": "b"})

    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Giải thể thì không có đơn vị kế thừa." in html(response)


def test_an_edit_that_changes_nothing_is_not_recorded(client, organiser):
    unit = UnitFactory(name="Sở Y tế")

    client.post(address("unit_edit", unit.code), {"name": "Sở Y tế", "kind": "department"})
    nameless = client.post(address("unit_edit", unit.code), {"name": "...", "kind": "other"})

    assert not AuditEntry.objects.exists()
    assert "Tên đơn vị cần có chữ." in html(nameless)


def test_no_more_than_fifty_units_end_at_once(client, organiser):
    sent = {"kind": "merged", "units": "a\n" * 51, "on": "01/07/2025", "reason": "R"}

    assert "Nhiều nhất 50 đơn vị một lần." in html(client.post(address("unit_succession"), sent))


def test_an_undoing_of_nothing_is_refused_in_the_form(client, organiser):
    response = client.post(address("succession_undo", UnitFactory().code), {"reason": "R"})

    assert "Đơn vị không có ghi nhận kết thúc nào để hủy." in html(response)


def upload(client, data, name="don-vi.xlsx"):
    return client.post(address("units_upload"), {"file": SimpleUploadedFile(name, data)})


def test_a_file_is_looked_through_then_brought_in(client, organiser):
    UnitFactory(name="Sở Nội Vụ")
    data = workbook(HEADINGS, row("a", "Sở Nội vụ"), row("b", "Sở B"), row("", "Sở C", "thôn"))

    sent = upload(client, data)
    preview = client.get(sent["Location"])
    refused = client.get(sent["Location"], {"xem": "refused"})
    before = Unit.objects.count()
    done = client.post(address("units_apply"), follow=True)
    gone = client.get(sent["Location"])

    assert [count for _name, _label, count in preview.context["counts"]] == [2, 0, 0, 1]
    assert preview.context["warning_count"] == 1
    assert [it.name for it in refused.context["page"]] == ["Sở C"]
    assert "Không rõ khối “thôn”" in html(refused)
    assert (before, Unit.objects.count()) == (1, 3)
    assert "Đã nhập xong: 2 đơn vị mới, 0 đơn vị thay đổi." in html(done)
    assert gone.status_code == HTTPStatus.NOT_FOUND


def test_a_file_that_cannot_be_read_is_refused_in_the_form(client, organiser):
    response = upload(client, b"PK rubbish")

    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Tệp nén bị hỏng" in html(response)
    assert not UnitFile.objects.exists()


def test_nobody_elses_file_is_there(client, organiser):
    upload(client, workbook(HEADINGS, row()))
    client.force_login(RoleGrantFactory(role=Role.ORGANISER).user)

    assert client.get(address("units_preview")).status_code == HTTPStatus.NOT_FOUND
    assert client.post(address("units_apply")).status_code == HTTPStatus.NOT_FOUND


def test_the_template_is_a_workbook(client, organiser):
    response = client.get(address("units_template"))

    assert response.content.startswith(b"PK")
    assert "mau-don-vi.xlsx" in response["Content-Disposition"]


def test_observers_read_without_buttons(client):
    unit = UnitFactory()
    client.force_login(RoleGrantFactory(role=Role.OBSERVER).user)

    listed = html(client.get(address("unit_list")))
    detail = html(client.get(address("unit_detail", unit.code)))

    assert address("unit_create") not in listed
    assert address("unit_edit", unit.code) not in detail
