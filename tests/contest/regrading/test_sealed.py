"""A regrade and what was sealed: the new key is sealed, the old result stays what it was."""

import pytest
from django.urls import reverse

from contest.enums import KeyChangeKind, ResultState
from contest.errors import ContestError
from contest.models import ResultVersion
from contest.sealing.sealing import confirm, publish, withdraw
from tests.contest.papers import playable_round, right_response, wrong_response
from tests.contest.regrading.test_applying import (
    answered,
    jury as jury,
    question_of,
    regrade,
    undone,
)
from tests.contest.sealing.results import AFTER, file_of, juror, published, sealed, sealed_contest

pytestmark = pytest.mark.django_db


@pytest.fixture
def contest_round():
    contest_round = playable_round()
    for letters_of in (right_response, wrong_response):
        answered(contest_round, letters_of)
    return contest_round


def sealed_keys(version):
    """What is sealed of each question, by its code."""
    return {row["question"]: row["open"] for row in file_of(version)["questions"]}


def refusal(deed, version):
    with pytest.raises(ContestError) as refused:
        deed(version_id=version.pk, actor=juror(), at=AFTER)
    return refused.value.code


def test_the_key_that_the_papers_were_graded_by_is_sealed_with_its_decisions(contest_round, jury):
    other = playable_round(contest=contest_round.contest)
    answered(other, right_response)
    question = question_of(contest_round)
    regrade(contest_round, jury, KeyChangeKind.ACCEPT_MORE, letters="A")
    regrade(contest_round, jury, KeyChangeKind.ACCEPT_MORE, letters="C")
    undone(regrade(contest_round, jury, KeyChangeKind.VOID), jury)

    keys = sealed_keys(sealed_contest(contest_round.contest))

    assert keys[question.code]["right"] == "B"
    assert keys[question.code]["regraded"] == [
        {
            "round": contest_round.slug,
            "decisions": [1, 2],
            "void": False,
            "given": False,
            "also": "AC",
            "right": "B",
            "accepted": [],
            "number": "",
            "tolerance": "0",
        }
    ]
    assert [code for code, key in keys.items() if "regraded" in key] == [question.code]
    assert len(keys) == 6


def test_what_was_sealed_before_a_regrade_can_neither_be_confirmed_nor_published(
    contest_round, jury
):
    version = sealed(contest_round)
    decision = regrade(contest_round, jury, KeyChangeKind.VOID)
    assert refusal(confirm, version) == "stale"
    withdraw(version_id=version.pk, reason="Đã chấm lại", actor=juror(), at=AFTER)

    version = sealed(contest_round)
    confirm(version_id=version.pk, actor=juror(), at=AFTER)
    undone(decision, jury)
    assert refusal(publish, version) == "stale"


def test_the_published_result_stays_as_it_was_until_the_next_and_can_be_read_after_it(
    client, contest_round, jury
):
    first = published(sealed(contest_round))
    content = file_of(first)

    regrade(contest_round, jury, KeyChangeKind.VOID)

    first.refresh_from_db()
    assert (first.state, file_of(first)) == (ResultState.PUBLISHED, content)
    second = published(sealed(contest_round))
    first.refresh_from_db()
    assert (first.state, file_of(first)) == (ResultState.WITHDRAWN, content)
    code = f"ky/{contest_round.slug}"
    assert [row["score"] for row in content["boards"][code]] == ["3.00", "0.00"]
    assert [row["max_score"] for row in file_of(second)["boards"][code]] == ["2.00", "2.00"]
    client.force_login(jury)
    for number in (1, 2):
        address = reverse("contest:result_version", args=[contest_round.contest.slug, number])
        assert client.get(address).status_code == 200


def test_a_regrade_undone_leaves_the_result_that_is_published(contest_round, jury):
    """All but the log of decisions: the same rows are sealed again."""
    first = published(sealed(contest_round))
    undone(regrade(contest_round, jury, KeyChangeKind.FULL_POINTS), jury)

    second = sealed(contest_round)

    for section in ("attempts", "questions", "boards"):
        assert file_of(second)[section] == file_of(first)[section]
    assert second.digest != first.digest
    assert ResultVersion.objects.count() == 2
