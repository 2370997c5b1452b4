import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.enums import Role
from accounts.models import AuditEntry
from tests.contest.exports.material import filled_round, give_awards, sealed
from tests.factories import RoleGrantFactory, UserFactory

pytestmark = pytest.mark.django_db


def export(*arguments):
    out = StringIO()
    call_command("export_results", *arguments, stdout=out, stderr=StringIO())
    return json.loads(out.getvalue())


def test_everything_is_written_and_summed_up_in_one_line(tmp_path):
    give_awards(filled_round())
    jury = RoleGrantFactory(role=Role.JURY).user

    said = export(*("cchc", "--to", str(tmp_path), "--round", "tuan-1", "--as-actor", jury.email))

    assert (said["people"], said["attempts"]) == (31, 32)
    assert sorted(said["files"]) == sorted(
        [
            *(
                f"{stem}.{end}"
                for stem in ("doat-giai", "bien-ban", "bao-cao")
                for end in ("docx", "pdf")
            ),
            "ket-qua.xlsx",
            *(f"csv/{path.name}" for path in (tmp_path / "csv").iterdir()),
        ]
    )
    assert all((tmp_path / name).stat().st_size for name in said["files"])
    assert said["skipped"] == {
        "giay-chung-nhan.pdf": "public_url_missing",
        "giay-chung-nhan-tung-nguoi.zip": "public_url_missing",
        "goi-kiem-chung.json": "not_sealed",
    }
    logged = AuditEntry.objects.get(action="results.export_all")
    assert (logged.actor, logged.target) == (jury, "round:cchc/tuan-1")
    assert list(tmp_path.glob("*.part")) == []


def test_what_cannot_be_made_yet_is_named(tmp_path):
    filled_round()
    UserFactory(is_superuser=True)

    said = export("cchc", "--to", str(tmp_path))

    assert said["skipped"]["doat-giai.docx"] == "no_awards"
    assert not (tmp_path / "doat-giai.docx").exists()


def test_the_bundle_of_a_seal_passes_the_verifier(tmp_path):
    contest_round = filled_round()
    version = sealed(contest_round)
    jury = RoleGrantFactory(role=Role.JURY).user

    said = export(*("cchc", "--to", str(tmp_path), "--round", "tuan-1", "--as-actor", jury.email))
    checked = StringIO()
    bundle = str(tmp_path / "goi-kiem-chung.json")
    call_command("verify_result", bundle, "--digest", version.digest, stdout=checked)

    assert said["version"] == version.number
    assert "goi-kiem-chung.json" in said["files"]
    assert "faults" not in checked.getvalue()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["khong-co"], "there is no contest 'khong-co'"),
        (["cchc", "--round", "khong-co"], "there is no round 'khong-co'"),
        (["cchc", "--as-actor", "la@vidu.vn"], "nobody is named"),
        (["cchc"], "nobody is named"),
        (["cchc", "--as-actor", "dan@vidu.vn"], "not_allowed"),
    ],
)
def test_refusals_are_one_line(tmp_path, arguments, said):
    filled_round()
    UserFactory(email="dan@vidu.vn")

    with pytest.raises(CommandError, match=said):
        export(*arguments, "--to", str(tmp_path / "ra"))

    assert not (tmp_path / "ra").exists()
