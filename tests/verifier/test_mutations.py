"""A real bundle, attacked: every change, drop and swap of a row is found and the row is named."""

import copy
import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from contest.sealing.reading import bundle, inclusion
from contest.services.deciding import disqualify, undo
from tests.contest.sealing.results import (
    AFTER,
    answered_round,
    closed_round,
    file_of,
    juror,
    sealed,
    sealed_contest,
    settled_contest,
)
from verifier.__main__ import main
from verifier.checking import check

pytestmark = pytest.mark.django_db


def told_contest():
    """Two rounds, answers, equals, a person struck and another brought back."""
    first = answered_round(people=5)
    closed_round(contest=first.contest, scores=(20, 20, 13))
    people = [attempt.participant for attempt in first.attempts.order_by("pk")]
    disqualify(participant=people[0], reason="Thi hộ", actor=juror(), at=AFTER)
    decision = disqualify(participant=people[1], reason="Khai sai", actor=juror(), at=AFTER)
    undo(decision=decision, reason="Trùng tên", actor=juror(), at=AFTER)
    return first.contest


@pytest.fixture(
    params=[
        (told_contest, True),
        (told_contest, False),
        (settled_contest, True),
        (settled_contest, False),
    ],
    ids=["answers-whole", "answers-public", "prizes-whole", "prizes-public"],
)
def file(request):
    make, is_open = request.param
    return file_of(sealed_contest(make()), is_open=is_open)


def sections(file):
    """Name in the report, and the rows."""
    for name in ("attempts", "questions", "decisions", "predictions", "lots"):
        yield name, file[name]
    for kind, one in (("boards", "board"), ("units", "units"), ("prizes", "prizes")):
        yield from ((f"{one} {code}", rows) for code, rows in file[kind].items())


def faults_of(file):
    return check(file).faults


def names(fault, section, n):
    return fault.startswith((f"{section}: row {n} ", f"{section}: row {n}:"))


def other(value):
    """Something else of the same type; of nothing, a number."""
    if value is None:
        return 1
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, str):
        return value[:-1] + ("0" if value[-1:] != "0" else "1")
    if isinstance(value, list):
        return [*value, 1]
    return {**value, "thêm": 1}


def test_what_was_sealed_agrees(file):
    report = check(file, printed=file["digest"])

    assert report.faults == []
    assert "digest: the printed one" in report.passed


def test_every_changed_field_of_every_row_is_named(file):
    for section, rows in sections(file):
        for index, row in enumerate(rows):
            for field in row:
                changed = copy.deepcopy(file)
                target = dict(sections(changed))[section][index]
                target[field] = other(target[field])
                found = faults_of(changed)
                n = target["n"] if field == "n" else row["n"]
                assert any(names(fault, section, n) for fault in found), (section, field, found)


def test_every_removed_field_of_every_row_is_named(file):
    for section, rows in sections(file):
        for index, row in enumerate(rows):
            for field in set(row) - {"n"}:
                changed = copy.deepcopy(file)
                del dict(sections(changed))[section][index][field]
                found = faults_of(changed)
                assert any(names(fault, section, row["n"]) for fault in found), (section, field)


def test_every_field_within_what_a_row_opens_is_named(file):
    for section, rows in sections(file):
        for index, row in enumerate(rows):
            for field, value in row.get("open", {}).items():
                changed = copy.deepcopy(file)
                dict(sections(changed))[section][index]["open"][field] = other(value)
                found = faults_of(changed)
                assert any(names(fault, section, row["n"]) for fault in found), (section, field)


def test_every_dropped_row_is_named(file):
    for section, rows in sections(file):
        for index, row in enumerate(rows):
            changed = copy.deepcopy(file)
            del dict(sections(changed))[section][index]
            assert f"{section}: row {row['n']} is missing" in faults_of(changed)


def test_every_doubled_row_is_named(file):
    for section, rows in sections(file):
        for index, row in enumerate(rows):
            changed = copy.deepcopy(file)
            copied = dict(sections(changed))[section]
            copied.insert(index, copied[index])
            assert f"{section}: row {row['n']} stands twice" in faults_of(changed)


def test_every_swap_of_two_rows_is_named(file):
    for section, rows in sections(file):
        for left in range(len(rows)):
            for right in range(left + 1, len(rows)):
                changed = copy.deepcopy(file)
                swapped = dict(sections(changed))[section]
                swapped[left], swapped[right] = swapped[right], swapped[left]
                found = faults_of(changed)
                n = rows[left]["n"]
                assert any(names(fault, section, n) for fault in found), (section, left, right)


def test_rows_that_trade_all_but_their_numbers_are_named(file):
    for section, rows in sections(file):
        for left in range(len(rows) - 1):
            changed = copy.deepcopy(file)
            traded = dict(sections(changed))[section]
            one, two = traded[left], traded[left + 1]
            traded[left], traded[left + 1] = two | {"n": one["n"]}, one | {"n": two["n"]}
            found = faults_of(changed)
            assert any(names(fault, section, rows[left]["n"]) for fault in found)


def test_every_change_of_the_head_is_found(file):
    def paths(value, path=()):
        if isinstance(value, dict):
            for key, inner in value.items():
                yield from paths(inner, (*path, key))
        elif isinstance(value, list):
            for index, inner in enumerate(value):
                yield from paths(inner, (*path, index))
        else:
            yield path

    for path in paths(file["head"]):
        changed = copy.deepcopy(file)
        target = changed["head"]
        for key in path[:-1]:
            target = target[key]
        target[path[-1]] = other(target[path[-1]])
        assert any(fault.startswith("head: ") for fault in faults_of(changed)), path


@pytest.mark.parametrize(
    "section",
    [
        *("attempts", "questions", "decisions", "boards", "digest"),
        *("predictions", "lots", "units", "prizes"),
    ],
)
def test_a_missing_section_is_named(file, section):
    del file[section]

    assert any(fault.startswith((section, "head")) for fault in faults_of(file))


def test_a_board_dropped_or_added_is_named(file):
    rows = file["boards"].pop("hoi-thi")
    file["boards"]["la"] = rows

    assert {"board hoi-thi: missing or not sealed", "board la: missing or not sealed"} <= set(
        faults_of(file)
    )


def test_a_file_forged_as_a_whole_is_not_the_printed_one():
    """Whoever seals something else has another digest: that is why it is printed."""
    contest_round = closed_round()
    printed = sealed(contest_round).digest
    forged = file_of(sealed(closed_round(scores=(20, 20, 20))))

    assert check(forged).faults == []
    assert check(forged, printed=printed).faults == ["digest: not the printed one"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"{}",
        b'{"head": {}}',
        b'{"head": 1, "head": 2}',
        b"[" * 100_000,
        b"\xff\xfe",
        b'{"head": {}, "digest": "", "attempts": [{"n": 1e999}]}',
    ],
)
def test_what_is_no_result_is_refused_in_a_sentence(content, tmp_path, capsys):
    path = tmp_path / "result.json"
    path.write_bytes(content)

    assert main([str(path)]) == 1
    assert "WRONG" in capsys.readouterr().out


# Proofs -----------------------------------------------------------------------------------------


def proof_file():
    contest_round = closed_round(scores=range(1, 12))
    version = sealed(contest_round)
    attempt = contest_round.attempts.order_by("receipt_code")[10]
    return json.loads(inclusion(version, attempt).as_file())


def test_a_proof_leads_to_the_root_and_names_nobody_else():
    proof = proof_file()

    assert check(proof, printed=proof["digest"]).faults == []
    assert json.dumps(proof).count('"receipt": "') == 1


def test_every_change_of_a_proof_is_found():
    proof = proof_file()
    for field, value in proof.items():
        if field == "format":
            continue
        assert faults_of(proof | {field: other(value)}), field
    for field, value in proof["receipt"].items():
        assert faults_of(proof | {"receipt": proof["receipt"] | {field: other(value)}}), field


# The command ------------------------------------------------------------------------------------


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "result.json"
    path.write_bytes(b"".join(bundle(sealed(closed_round()), is_open=True)))
    return path


def test_the_command_says_what_it_checked(path):
    out = StringIO()

    call_command("verify_result", str(path), stdout=out)

    assert out.getvalue().endswith("Everything agrees.\n")


def test_the_command_fails_naming_the_row(path):
    path.write_bytes(path.read_bytes().replace(b'"score":"18.00"', b'"score":"19.00"', 1))
    out = StringIO()

    with pytest.raises(CommandError):
        call_command("verify_result", str(path), stdout=out)

    assert "attempts: row 1: the receipt is not the sealed one" in out.getvalue()
