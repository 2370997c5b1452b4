from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.enums import UnitKind
from accounts.formats.units_yaml import BadUnitFile, UnitRow, read_units
from accounts.models import Unit
from accounts.queries import unit_meant, units_matching
from accounts.services.importing_units import Outcome, import_units
from contest.sample.loading import FOLDER
from tests.factories import NOON, UnitFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def sample_units():
    import_units(read_units((FOLDER / "units.yaml").read_bytes()), at=NOON)


@pytest.mark.parametrize("typed", ["so noi vu", "Sở Nội vụ", "SNV", "snv", "nội vụ"])
def test_units_matching_finds_a_unit_as_people_type_it(sample_units, typed):
    assert units_matching(typed)[0].name == "Sở Nội vụ"


def test_units_matching_ranks_beginnings_then_whole_words_then_the_rest(db):
    for name in ("Báo Soi sáng", "Trung tâm Sở hữu trí tuệ", "Sở Y tế", "Sở Nội vụ"):
        UnitFactory(name=name)

    names = [unit.name for unit in units_matching("so")]

    assert names == ["Sở Nội vụ", "Sở Y tế", "Trung tâm Sở hữu trí tuệ", "Báo Soi sáng"]


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("Sở TT&TT", "so-thong-tin-va-truyen-thong"),
        ("UBND huyện Kế Sách", "ubnd-ke-sach"),
        ("ủy ban nhân dân thành phố sóc trăng", "ubnd-soc-trang"),
        ("bhxh tinh", "bao-hiem-xa-hoi-tinh"),
        ("UBND tp Sóc Trăng", "ubnd-soc-trang"),
    ],
)
def test_unit_meant_is_clear_when_the_name_is_whole(sample_units, typed, code):
    assert unit_meant(typed)[0].code == code


def test_unit_meant_is_not_clear_when_three_bear_the_same_short_name(sample_units):
    unit, candidates = unit_meant("UBND phường 1")

    assert unit is None
    towns = {candidate.parent.code for candidate in candidates}
    assert {"ubnd-soc-trang", "ubnd-vinh-chau", "ubnd-nga-nam"} <= towns


def test_unit_meant_is_not_taken_for_letters_amid_a_word(db):
    unit = UnitFactory(name="Sở Tư pháp")

    assert unit_meant("tu phap") == (unit, [unit])
    assert unit_meant("hap") == (None, [unit])
    assert unit_meant("zz") == (None, [])


def test_units_matching_puts_names_that_begin_so_first(sample_units):
    names = [unit.name for unit in units_matching("ke sach")]

    assert "Ủy ban nhân dân huyện Kế Sách" in names
    assert len(names) > 1


def test_units_matching_nothing():
    assert units_matching("") == []
    assert units_matching("  ,, ") == []


def test_units_matching_leaves_out_what_no_longer_exists(sample_units):
    yesterday = timezone.localdate() - timedelta(days=1)
    Unit.objects.filter(name="Sở Nội vụ").update(valid_to=yesterday)

    assert "Sở Nội vụ" not in [unit.name for unit in units_matching("so noi vu")]


def test_unit_search_costs_two_queries_once_indexed(
    client, sample_units, django_assert_num_queries
):
    units_matching("so")
    with django_assert_num_queries(2):
        answer = client.get(reverse("accounts:unit_search"), {"q": "so"})

    results = answer.json()["results"]
    assert len(results) == 12
    assert results[0].keys() == {"code", "name", "described"}


def test_import_units_twice_changes_nothing_that_people_made(sample_units):
    Unit.objects.filter(code="so-noi-vu").update(name="Sở Nội vụ (mới)")
    rows = read_units((FOLDER / "units.yaml").read_bytes())

    plan = import_units(rows, at=NOON, updates=False)

    assert [row.outcome for row in plan.rows] == [Outcome.SKIPPED] * len(rows)
    assert Unit.objects.get(code="so-noi-vu").name == "Sở Nội vụ (mới)"


def test_sample_units_cover_every_kind_and_know_their_parents(sample_units):
    assert set(Unit.objects.values_list("kind", flat=True)) == set(UnitKind.values)
    ward = Unit.objects.get(code="ubnd-phuong-1-soc-trang")
    assert ward.parent.name == "Ủy ban nhân dân thành phố Sóc Trăng"


def test_read_units_tidies_text():
    rows = read_units("- {code: a, name: 'Sở  Y\u00a0tế', kind: department}".encode())

    assert rows == [UnitRow("a", "Sở Y tế", UnitKind.DEPARTMENT, line=1)]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{", "not YAML"),
        ("a: 1", "not a list"),
        ("- 5", "entry 1"),
        ("- {code: a, name: A}", "entry 1"),
        ("- {code: a, name: A, kind: nhà}", "entry 1"),
        ("- {code: a, name: A, kind: other, headcount: nhiều}", "entry 1"),
        ("- {code: a, name: A, kind: other}\n- {code: a, name: B, kind: other}", "twice"),
        ("- {code: a, name: A, kind: other, parent: b}", "parent b"),
    ],
)
def test_read_units_refuses_a_broken_file_by_entry(text, reason):
    with pytest.raises(BadUnitFile, match=reason):
        read_units(text.encode())
