"""The end of Sóc Trăng's districts, from the sample's tree of 2022 to what is certain of 2025.

Certain (DOMAIN.md 3.4): the province went into Cần Thơ, the districts ended on 01/7/2025, and
"Mỹ Xuyên" is now a ward, "Trần Đề" a commune. Which wards of then each took in is made up here.
"""

from datetime import date

from accounts.enums import SuccessionKind, UnitKind
from accounts.formats.units_yaml import read_units
from accounts.models import Unit
from accounts.services.importing_units import import_units
from accounts.services.succeeding_units import succeed_units
from contest.sample.loading import FOLDER
from tests.factories import NOON, UnitFactory

BEGIN = date(2025, 7, 1)  # the first day of the two-level order
LAST = date(2025, 6, 30)
LAW = "Nghị quyết 1668/NQ-UBTVQH15"
INTO_ONE = {
    "ubnd-phuong-my-xuyen": ["ubnd-phuong-10-soc-trang", "ubnd-thi-tran-my-xuyen-my-xuyen"],
    "ubnd-xa-tran-de": ["ubnd-thi-tran-tran-de-tran-de", "ubnd-thi-tran-lich-hoi-thuong-tran-de"],
}
NAMES = {
    "ubnd-phuong-my-xuyen": "Ủy ban nhân dân phường Mỹ Xuyên",
    "ubnd-xa-tran-de": "Ủy ban nhân dân xã Trần Đề",
}


def before_2025() -> None:
    import_units(read_units((FOLDER / "units.yaml").read_bytes()), at=NOON)


def unit(code: str) -> Unit:
    return Unit.objects.get(code=code)


def merge_2025(actor) -> None:
    """Everything as rows, nothing in the code: new units, mergers, and districts that end."""
    city = UnitFactory(
        code="can-tho", name="Thành phố Cần Thơ", kind=UnitKind.OTHER, valid_from=BEGIN
    )
    for code, old in INTO_ONE.items():
        UnitFactory(
            code=code, name=NAMES[code], kind=UnitKind.COMMUNE, parent=city, valid_from=BEGIN
        )
        _end([unit(it) for it in old], [unit(code)], SuccessionKind.MERGED, actor)
    for district in Unit.objects.filter(kind=UnitKind.DISTRICT):
        _end([district], [], SuccessionKind.DISSOLVED, actor)
    interior = UnitFactory(
        code="so-noi-vu-can-tho", name="Sở Nội vụ thành phố Cần Thơ", parent=city, valid_from=BEGIN
    )
    _end([unit("so-noi-vu")], [interior], SuccessionKind.MERGED, actor)


def _end(units, successors, kind, actor) -> None:
    succeed_units(
        unit_ids=[it.pk for it in units],
        successor_ids=[it.pk for it in successors],
        kind=kind,
        on=BEGIN,
        reason=LAW,
        actor=actor,
        at=NOON,
    )
