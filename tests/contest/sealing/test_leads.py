from datetime import timedelta
from decimal import Decimal

import pytest

from contest.enums import Criterion
from contest.rules.canonical import canonical
from contest.rules.ranking import Lead
from contest.sealing.leads import lead_content, read_lead


@pytest.mark.parametrize(
    ("lead", "content"),
    [
        (None, None),
        (Lead(Criterion.SCORE, Decimal("0.5")), {"criterion": "score", "amount": "0.50"}),
        (Lead(Criterion.TIME_USED, 250), {"criterion": "time_used", "amount": 250}),
        (
            Lead(Criterion.EARLIER, timedelta(seconds=1, microseconds=7)),
            {"criterion": "earlier", "amount": 1_000_007},
        ),
        (Lead(Criterion.NEAREST, 3), {"criterion": "nearest", "amount": 3}),
        (Lead(Criterion.OLDER, None), {"criterion": "older", "amount": None}),
        (Lead(Criterion.LOT, None), {"criterion": "lot", "amount": None}),
    ],
)
def test_a_lead_is_sealed_in_whole_numbers_and_read_back(lead, content):
    assert lead_content(lead) == content
    assert read_lead(content) == lead
    assert canonical(content)
