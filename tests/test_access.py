"""Every page as every role, against the table that people read."""

import pytest
import time_machine

from tests.access import ADMIN_PAGES, PAGE, PEOPLE, SKIPPED, addresses, row_of, table
from tests.factories import NOON


@pytest.mark.django_db
def test_pages_answer_as_the_table_says(request):
    with time_machine.travel(NOON, tick=False):
        found = table()
    if request.config.getoption("write_access_table"):
        PAGE.write_text(found)

    assert PAGE.read_text() == found, "run `make access-table` and read the difference"


def rows():
    lines = PAGE.read_text().splitlines()
    cells = [
        [it.strip() for it in line.strip("|").split("|")] for line in lines if line[:3] == "| `"
    ]
    return [
        (path.strip("`"), method, dict(zip(PEOPLE, told, strict=True)))
        for path, method, *told in cells
    ]


def test_every_address_has_a_row():
    told = {path for path, _method, _outcomes in rows()}

    assert {row_of(path) for path, _name in addresses() if not path.startswith(SKIPPED)} == told


def test_desks_are_closed_to_whoever_holds_no_duty():
    """So that a careless rewriting of the table is noticed."""
    desks = ("/to-chuc/", "/giam-khao/", "/don-vi/", "/ngan-hang/")
    told = [outcomes for path, _method, outcomes in rows() if path.startswith(desks)]

    assert {outcomes["visitor"] for outcomes in told} == {"sign in"}
    assert {outcomes["stranger"] for outcomes in told} == {"403"}
    assert {outcomes["owner"] for outcomes in told} == {"403"}


def test_the_admin_is_for_superusers():
    (outcomes,) = [outcomes for path, _method, outcomes in rows() if path == ADMIN_PAGES]

    assert {who for who, told in outcomes.items() if told == "yes"} == {"superuser"}
