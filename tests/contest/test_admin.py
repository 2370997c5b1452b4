"""The admin opens for superusers, and what people did cannot be changed there."""

import pytest
from django.urls import reverse

from tests.factories import (
    BlueprintRowFactory,
    DivisionFactory,
    QuestionFactory,
    SubmittedAttemptFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def rows():
    attempt = SubmittedAttemptFactory()
    question = QuestionFactory()
    return {
        "contest_contest": attempt.round.contest,
        "contest_round": BlueprintRowFactory(round=attempt.round).round,
        "contest_division": DivisionFactory(),
        "contest_participant": attempt.participant,
        "contest_attempt": attempt,
        "questionbank_question": question,
        "questionbank_revision": question.current_revision,
        "questionbank_topic": question.topic,
        "questionbank_questionset": question.question_set,
    }


MODELS = [
    *["contest_contest", "contest_round", "contest_division", "contest_participant"],
    *["contest_attempt", "questionbank_question", "questionbank_revision"],
    *["questionbank_topic", "questionbank_questionset"],
]
READ_ONLY = [
    *["contest_participant", "contest_attempt", "questionbank_revision", "questionbank_topic"],
]


@pytest.fixture(autouse=True)
def superuser(client):
    user = UserFactory(is_staff=True, is_superuser=True)
    client.force_login(user)


@pytest.mark.parametrize("model", MODELS)
def test_admin_lists_and_opens(model, rows, client):
    listed = client.get(reverse(f"admin:{model}_changelist"), {"q": "a"})
    opened = client.get(reverse(f"admin:{model}_change", args=[rows[model].pk]))

    assert (listed.status_code, opened.status_code) == (200, 200)


@pytest.mark.parametrize("model", READ_ONLY)
def test_admin_changes_nothing_that_people_did(model, rows, client):
    changed = client.post(reverse(f"admin:{model}_change", args=[rows[model].pk]), {"score": "20"})
    deleted = client.post(reverse(f"admin:{model}_delete", args=[rows[model].pk]), {"post": "yes"})
    added = client.get(reverse(f"admin:{model}_add"))

    assert (changed.status_code, deleted.status_code, added.status_code) == (403, 403, 403)
