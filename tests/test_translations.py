"""The English catalogue is complete, and English pages are English."""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.pofile import read_po
from django import forms
from django.urls import get_resolver, reverse
from django.utils.functional import Promise

from tests.factories import BlueprintRowFactory, SubmittedAttemptFactory

ROOT = Path(__file__).parents[1]
CATALOGUE = Path("locale") / "en" / "LC_MESSAGES" / "django.po"
PRINTF = re.compile(r"%\(\w+\)[sd]|%%s")
MARKS = re.compile(r"<[^>]*>")
VIETNAMESE = re.compile(r"[ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]", re.IGNORECASE)


@pytest.fixture(scope="module")
def catalogue():
    with (ROOT / CATALOGUE).open("rb") as file:
        return read_po(file, locale="en")


@pytest.fixture(scope="module")
def extracted(tmp_path_factory):
    """Every text of the code and the templates, gathered anew."""
    assert shutil.which("xgettext"), "Missing: gettext. Run as root: apt-get install gettext"
    copy = tmp_path_factory.mktemp("messages") / "tree"
    left_out = shutil.ignore_patterns(".*", "var", "tests", "bench", "vendor", "*.po", "*.mo")
    shutil.copytree(ROOT, copy, ignore=left_out)
    (copy / "locale" / "en").mkdir(parents=True, exist_ok=True)
    command = ["makemessages", "--locale", "en", "--add-location", "file", "--no-wrap"]
    told = subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=copy,
        check=True,
        capture_output=True,
        text=True,
    )
    # such as a text with a plural here and without one there: English would show the wrong one
    assert "warning:" not in told.stdout + told.stderr, told.stdout + told.stderr
    with (copy / CATALOGUE).open("rb") as file:
        return read_po(file)


def texts(message):
    return (message.string,) if isinstance(message.string, str) else message.string


def test_every_text_is_translated_and_nothing_is_left_over(catalogue, extracted):
    wanted = {(message.id, message.context) for message in extracted if message.id}
    held = {(message.id, message.context) for message in catalogue if message.id}

    assert wanted - held == set()
    assert held - wanted == set()
    assert not catalogue.obsolete


def test_no_translation_is_empty_or_a_guess(catalogue):
    unfinished = [
        message.id
        for message in catalogue
        if message.id and (message.fuzzy or not all(texts(message)))
    ]

    assert unfinished == []


def test_placeholders_and_marks_agree(catalogue):
    def parts(text):
        braces = [name for _text, name, _spec, _conversion in Formatter().parse(text) if name]
        return sorted([*PRINTF.findall(text), *MARKS.findall(text), *braces])

    for message in catalogue:
        if not message.id:
            continue
        source = message.id if isinstance(message.id, str) else message.id[1]
        assert parts(texts(message)[-1]) == parts(source), source


def forms_below(kind):
    for form in kind.__subclasses__():
        yield form
        yield from forms_below(form)


def test_no_text_of_a_form_is_fixed_to_a_language_before_it_is_shown():
    assert get_resolver().url_patterns  # every view is imported by now, with its forms
    fixed = [
        f"{form.__qualname__}.{name}: {text}"
        for form in forms_below(forms.BaseForm)
        for name, field in getattr(form, "base_fields", {}).items()
        for text in (field.label, field.help_text, *field.error_messages.values())
        if isinstance(text, str) and not isinstance(text, Promise) and VIETNAMESE.search(text)
    ]

    assert fixed == []


@pytest.mark.django_db
def test_english_pages_have_no_vietnamese_left(client):
    contest_round = BlueprintRowFactory(
        round__name="Week", round__contest__name="Contest", round__contest__host="Office"
    ).round
    SubmittedAttemptFactory(
        round=contest_round, participant__full_name="An", participant__user__unit__name="Unit"
    )
    slug, round_slug = contest_round.contest.slug, contest_round.slug
    pages = [
        reverse("contest:contest_list"),
        reverse("contest:contest_detail", args=[slug]),
        reverse("contest:round_detail", args=[slug, round_slug]),
        reverse("leaderboard:round_board", args=[slug, round_slug]),
        reverse("account_signup"),
        reverse("account_login"),
    ]

    for page in pages:
        html = client.get(page, headers={"Accept-Language": "en"}).content.decode()
        assert '<html lang="en">' in html
        visible = re.sub(r"<script.*?</script>|<[^>]*>", " ", html, flags=re.DOTALL)
        assert VIETNAMESE.findall(visible.replace("Tiếng Việt", "")) == [], page


def test_gettext_takes_the_catalogue():
    """A text that stands there twice, or a broken entry, would stop `make messages`."""
    told = subprocess.run(
        ["msgfmt", "--check-format", "--output-file", "-", ROOT / CATALOGUE],
        capture_output=True,
        check=False,
    )
    assert told.returncode == 0, told.stderr.decode()
