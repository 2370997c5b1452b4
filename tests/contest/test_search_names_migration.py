"""The search keys are filled in on a database that is in use, also after an interruption."""

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from tests.factories import NOON

BEFORE = ("contest", "0003_extra_time_and_outages")
AFTER = ("contest", "0004_participant_search_names")


@pytest.fixture
def old_apps(migrate):
    return migrate(BEFORE)


def join(apps, name):
    """A row as a server of the version before adds it."""
    users = apps.get_model("accounts", "User").objects
    user = users.create(
        email=f"nguoi-{users.count()}@vidu.vn",
        full_name=name,
        kind="citizen",
        password="!",
        joined_at=NOON,
    )
    contest, _new = apps.get_model("contest", "Contest").objects.get_or_create(slug="cchc")
    return apps.get_model("contest", "Participant").objects.create(
        contest_id=contest.pk, user_id=user.pk, full_name=name, kind="citizen", joined_at=NOON
    )


def keys(apps):
    people = apps.get_model("contest", "Participant").objects.order_by("pk")
    return list(people.values_list("folded_name", "folded_short"))


def test_the_keys_of_everybody_are_filled_and_an_interrupted_run_is_finished(old_apps, migrate):
    join(old_apps, "Nguyễn Văn An")

    new_apps = migrate(AFTER)
    assert keys(new_apps) == [(" nguyen van an", " nguyen v a")]

    # everything was done but the note that it was, and an old server added somebody meanwhile
    join(old_apps, "Lê Hà")
    assert keys(new_apps)[1] == ("", "")
    MigrationRecorder(connection).record_unapplied(*AFTER)

    assert keys(migrate(AFTER)) == [(" nguyen van an", " nguyen v a"), (" le ha", " le h")]
