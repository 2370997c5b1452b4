"""docs/privacy.md names every column there is, as one of a person or as none."""

import re
from pathlib import Path

from django.apps import apps
from django.conf import settings

PAGE = (Path(__file__).resolve().parents[1] / "docs" / "privacy.md").read_text()
COLUMNS = {
    f"{model.__name__}.{field.name}"
    for model in apps.get_models()
    for field in model._meta.concrete_fields
    if not (field.primary_key and field.remote_field is None and field.name == "id")
}
MODELS = {model.__name__ for model in apps.get_models()}


def named(text):
    return set(re.findall(r"`([A-Z]\w+(?:\.\w+)?)`", text))


def section(title):
    return PAGE.split(f"## {title}\n", 1)[1].split("\n## ", 1)[0]


def test_every_column_is_named_once():
    people, nobody = (
        named(section("What is held")),
        named(section("Where there is nothing of a person")),
    )
    without_people = nobody & MODELS
    settled = {it for it in COLUMNS if it.split(".")[0] in without_people}

    assert COLUMNS - people - nobody - settled == set()
    assert people & (nobody | settled) - {"RegistrationRules.retention_days"} == set()


def test_nothing_is_named_that_is_not_there():
    assert named(PAGE) - COLUMNS - MODELS == set()


def test_model_of_nobody_leads_to_nobody():
    """A model that points to a person, or to one's attempt, is none without people in it."""
    nobody = named(section("Where there is nothing of a person")) & MODELS
    people = {"User", "Participant", "Attempt"}

    for model in apps.get_models():
        if model.__name__ in nobody:
            led_to = {
                it.related_model.__name__ for it in model._meta.concrete_fields if it.remote_field
            }
            assert not led_to & people, model


def test_cookies_of_the_settings_are_listed():
    listed = set(re.findall(r"^\| `([\w-]+)` \|", section("Cookies"), re.MULTILINE))

    assert {
        settings.SESSION_COOKIE_NAME,
        settings.CSRF_COOKIE_NAME,
        settings.LANGUAGE_COOKIE_NAME,
        "thiet-bi",
    } <= listed
