"""What is made from a seal says what was sealed, whatever has become of the rows since."""

from datetime import timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from docx import Document
from openpyxl import load_workbook
from pypdf import PdfReader

from accounts.enums import Role
from contest.enums import AttemptPolicy, Criterion, RoundsPolicy
from contest.errors import ContestError
from contest.exports.making import Product, write_product
from contest.exports.sheet import result_sheet
from contest.exports.sources import live_source, sealed_source, version_to_show
from contest.models import Attempt, Participant, PredictionTruth, Registration
from contest.sealing.sealing import seal, withdraw
from contest.services.awarding import take_over
from contest.services.deciding import disqualify
from contest.services.predicting import settle_predictions
from contest.services.ruling import draw_lot
from tests.contest.exports.material import AT, filled_round, give_awards, material, sealed
from tests.contest.sealing.results import juror, sealed_contest
from tests.factories import (
    NOON,
    DivisionFactory,
    ParticipantFactory,
    PredictionQuestionFactory,
    RankingRulesFactory,
    RoleGrantFactory,
    RoundFactory,
    SubmittedAttemptFactory,
    UnitFactory,
)

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(hours=1)


def lines(rows):
    return [row._replace(receipt_codes=tuple(row.receipt_codes)) for row in rows]


def made(product, stuff):
    file = BytesIO()
    write_product(product, stuff, file)
    file.seek(0)
    return file


def cells(sheet):
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def long_chain_round():
    """Predictions, ages and a lot part equals; one has no prediction and no date of birth."""
    contest_round = RoundFactory(slug="tuan-1", name="Tuần 1")
    contest = contest_round.contest
    RankingRulesFactory(
        contest=contest, chain=["score", "nearest", "time_used", "earlier", "older", "lot"]
    )
    PredictionQuestionFactory(round=contest_round)
    division, unit = DivisionFactory(contest=contest), UnitFactory()
    for place, guess in enumerate([3, 3, 9, None, None, 5, 5]):
        person = ParticipantFactory(
            contest=contest, division=division if place % 2 else None, unit=unit
        )
        if place != 4:
            born_on = (NOON - timedelta(days=9000 + min(place, 5))).date()
            Registration.objects.create(
                participant=person, born_on=born_on, registered_at=NOON, registered_by="person"
            )
        SubmittedAttemptFactory(
            round=contest_round,
            participant=person,
            score=20 if place < 5 else 19,
            elapsed_ms=60_000,
            submitted_at=NOON,
            prediction=guess,
        )
    settle_predictions(round_id=contest_round.pk, at=AT)
    draw_lot(
        contest_id=contest.pk,
        round_id=contest_round.pk,
        number="58213",
        source="Xổ số kiến thiết",
        actor=juror(),
        at=AT,
    )
    return contest_round


def several_rounds(policy=RoundsPolicy.SUM, **rules):
    """Two rounds; four people took both, and one took each alone."""
    first = RoundFactory(slug="tuan-1", name="Tuần 1")
    second = RoundFactory(
        contest=first.contest, slug="tuan-2", name="Tuần 2", opens_at=NOON + timedelta(minutes=1)
    )
    RankingRulesFactory(contest=first.contest, rounds=policy, **rules)
    people = [ParticipantFactory(contest=first.contest, unit=UnitFactory()) for _ in range(6)]
    for place, person in enumerate(people):
        for contest_round in (first, second):
            if (place, contest_round) not in {(4, second), (5, first)}:
                SubmittedAttemptFactory(
                    round=contest_round, participant=person, score=15 + place % 3
                )
    return first.contest


def test_a_seal_gives_the_lines_that_were_ranked():
    contest_round = filled_round()
    version = sealed(contest_round)

    live = live_source(contest_round.contest, contest_round)
    kept = sealed_source(version)

    assert lines(kept.people) == lines(live.people)
    assert list(kept.attempts) == list(live.attempts)
    assert kept.attempts.counts() == live.attempts.counts()
    assert (kept.rules, kept.rule, kept.count) == (live.rules, live.rule, live.count)
    assert kept.rounds == live.rounds


def test_what_parts_people_is_sealed_whatever_the_criterion():
    contest_round = long_chain_round()
    contest = contest_round.contest
    version = sealed(contest_round)

    kept = lines(sealed_source(version).people)

    assert kept == lines(live_source(contest, contest_round).people)
    criteria = [row.lead.criterion for row in kept if row.lead]
    assert criteria == [
        Criterion.NEAREST,
        Criterion.OLDER,
        Criterion.NEAREST,
        Criterion.OLDER,
        Criterion.SCORE,
        Criterion.LOT,
    ]
    boards = [
        result_sheet(contest, contest_round, at=AT, version=it).boards for it in (version, None)
    ]
    assert [lines(it.rows) for it in boards[0]] == [lines(it.rows) for it in boards[1]]


@pytest.mark.parametrize(
    ("policy", "rules"),
    [
        (RoundsPolicy.SUM, {}),
        (RoundsPolicy.BEST_ROUNDS, {"best_rounds": 1}),
        (RoundsPolicy.SUM, {"attempts": AttemptPolicy.SUM}),
    ],
)
def test_several_rounds_stand_beside_their_sum(policy, rules):
    contest = several_rounds(policy, **rules)
    version = sealed_contest(contest)

    live, kept = live_source(contest, None), sealed_source(version)

    assert lines(kept.people) == lines(live.people)
    assert kept.rounds == live.rounds
    scores = [row.round_scores for row in kept.people]
    assert sorted(scores, key=str) == sorted(
        [
            *((Decimal(15 + it), Decimal(15 + it)) for it in (0, 0, 1, 2)),
            (Decimal(16), None),
            (None, Decimal(17)),
        ],
        key=str,
    )


def test_rounds_ranked_apart_have_no_board_in_common():
    contest = several_rounds(RoundsPolicy.SEPARATE)
    version = sealed_contest(contest)

    for it in (None, version):
        sheet = result_sheet(contest, None, at=AT, version=it)
        assert (sheet.boards, sheet.person_count) == ((), 6)
        (division,) = sheet.divisions
        assert (division.attempt_count, division.person_count) == (10, 6)
        assert [it.person_count for it in sheet.units if it.person_count] == [1] * 6
        assert {unit.best_place for unit in sheet.units} == {None}
    live, kept = (result_sheet(contest, None, at=AT, version=it) for it in (None, version))
    assert (live.divisions, live.units) == (kept.divisions, kept.units)


def test_what_changes_after_the_seal_changes_no_paper():
    contest_round = filled_round()
    give_awards(contest_round)
    version = sealed(contest_round)
    before = made(Product.WORKBOOK, material(contest_round, version=version))
    attempt = Attempt.objects.filter(receipt_code__isnull=False, is_counted=True).first()
    disqualify(participant=attempt.participant, reason="Thi hộ", actor=juror(), at=LATER)
    Attempt.objects.filter(pk=attempt.pk).update(score=1, elapsed_ms=1)
    Participant.objects.exclude(pk=attempt.participant_id).filter(unit__name="Sở Y tế").update(
        full_name="Tên Sửa Sau"
    )

    after = made(Product.WORKBOOK, material(contest_round, version=version))

    books = [load_workbook(it) for it in (before, after)]
    for title in ("Xếp hạng chung", "Người dân", "Bảng dự thi"):
        assert cells(books[0][title]) == cells(books[1][title])
    decided = [[(row[0], row[1], row[3]) for row in cells(book["Quyết định"])] for book in books]
    assert decided[0] == decided[1]
    units = [[row for row in cells(book["Đơn vị"]) if row[3]] for book in books]
    assert units[0] == units[1]
    results = [
        [row[8:] for row in cells(book["Lượt thi"])] for book in books
    ]  # the names there are those of today
    assert results[0] == results[1]


def test_an_attempt_opened_again_after_the_seal_is_still_listed():
    contest_round = filled_round()
    version = sealed(contest_round)
    attempt = Attempt.objects.filter(is_counted=True).first()
    code = attempt.receipt_code
    Attempt.objects.filter(pk=attempt.pk).update(
        submitted_at=None,
        closed_by="",
        elapsed_ms=None,
        score=None,
        max_score=None,
        correct_count=None,
        receipt_code=None,
    )

    for by_given_name in (False, True):
        kept = sealed_source(version, by_given_name=by_given_name).attempts
        (line,) = [it for it in kept if it.receipt_code == code]
        assert (line.full_name, line.number, line.round) == (
            attempt.participant.full_name,
            None,
            "Tuần 1",
        )
    opened = load_workbook(made(Product.WORKBOOK, material(contest_round, version=version)))
    assert opened["Lượt thi"].max_row == 33


def test_the_newest_seal_that_stands_is_shown():
    contest_round = filled_round()
    contest = contest_round.contest
    assert version_to_show(contest, contest_round) is None
    first = sealed(contest_round)
    assert version_to_show(contest, contest_round) == first
    assert version_to_show(contest, None) is None

    withdraw(version_id=first.pk, reason="Sửa đáp án", actor=juror(), at=LATER)
    assert version_to_show(contest, contest_round) is None
    second = seal(contest_id=contest.pk, contest_round=contest_round, actor=juror(), at=LATER)

    assert version_to_show(contest, contest_round) == second


@pytest.mark.parametrize("product", [Product.MINUTES_DOCX, Product.REPORT_DOCX])
def test_papers_print_digest_and_root_in_the_text_and_at_the_foot(product):
    contest_round = filled_round()
    version = sealed(contest_round)
    root = version.content["attempts"]["root"]

    document = Document(made(product, material(contest_round, version=version)))

    texts = [it.text for it in document.paragraphs]
    assert texts.count(version.digest) == texts.count(root) == 1
    said = next(it for it in texts if it.startswith("Kết quả đã niêm phong"))
    assert said.endswith("người niêm phong: Bùi Niêm Phong.")
    (section,) = document.sections
    foot = f"Phiên bản 1 · Mã niêm phong {version.digest}\nGốc cây Merkle {root}"
    assert [it.paragraphs[0].text for it in (section.footer, section.first_page_footer)] == [
        foot,
        foot,
    ]


@pytest.mark.parametrize("product", [Product.WINNERS_PDF, Product.MINUTES_PDF, Product.REPORT_PDF])
def test_every_page_of_a_pdf_says_what_was_sealed(product):
    contest_round = filled_round()
    give_awards(contest_round)
    version = sealed(contest_round)

    def feet(version):
        pages = PdfReader(made(product, material(contest_round, version=version))).pages
        return ["".join(page.extract_text().split()) for page in pages]

    assert all(version.digest in page for page in feet(version))
    assert all("Bảnxemtrước,chưaniêmphong" in page for page in feet(None))


def test_the_cover_of_the_workbook_names_the_seal():
    contest_round = filled_round()
    version = sealed(contest_round)

    covers = [
        dict(cells(load_workbook(made(Product.WORKBOOK, stuff))["Thông tin"]))
        for stuff in (material(contest_round, version=version), material(contest_round))
    ]

    assert covers[0]["Mã niêm phong"] == version.digest
    assert covers[0]["Gốc cây Merkle"] == version.content["attempts"]["root"]
    assert covers[0]["Trạng thái"] == "Đã niêm phong"
    assert covers[1]["Niêm phong"] == "Bản xem trước, chưa niêm phong"
    assert "Mã niêm phong" not in covers[1]


def test_the_bundle_needs_a_seal():
    with pytest.raises(ContestError) as refusal:
        made(Product.BUNDLE, material(filled_round()))

    assert refusal.value.code == "not_sealed"


def test_winners_are_those_that_were_sealed_whatever_is_taken_over_afterwards():
    contest_round = filled_round()
    board = give_awards(contest_round)
    version = sealed(contest_round)
    before = result_sheet(contest_round.contest, contest_round, at=AT, version=version).prizes
    winner = board.prizes.first().awards.get().participant
    jury = RoleGrantFactory(role=Role.JURY).user
    disqualify(participant=winner, reason="Thi hộ", actor=jury, at=LATER)

    with pytest.raises(ContestError) as refusal:
        made(Product.WINNERS_DOCX, material(contest_round))
    assert refusal.value.code == "awards_differ"
    assert "Cá nhân" in refusal.value.message
    minutes = Document(made(Product.MINUTES_DOCX, material(contest_round)))
    assert "Lưu ý: giải đã ghi nhận của Cá nhân không khớp kết quả này, cần ghi nhận lại." in [
        it.text for it in minutes.paragraphs
    ]

    take_over(board_id=board.pk, actor=jury, at=LATER)
    made(Product.WINNERS_DOCX, material(contest_round))
    after = result_sheet(contest_round.contest, contest_round, at=LATER, version=version).prizes
    assert after == before
    assert winner.full_name in {it.full_name for it in after.awards}


def test_facts_of_the_ranking_are_those_before_the_seal():
    contest_round = long_chain_round()
    contest = contest_round.contest
    version = sealed(contest_round)
    PredictionTruth.objects.create(round=contest_round, value=9999, counted_at=LATER, settings={})

    kept = result_sheet(contest, contest_round, at=LATER, version=version).rules
    live = result_sheet(contest, contest_round, at=LATER).rules

    assert "Số đúng của câu dự đoán, Tuần 1: 7." in kept
    assert "Số đúng của câu dự đoán, Tuần 1: 9.999." in live
    assert "Số bốc thăm đã công bố: 58213 (Xổ số kiến thiết)." in kept


def test_the_workbook_explains_places_and_predictions():
    contest_round = long_chain_round()
    board = load_workbook(
        made(Product.WORKBOOK, material(contest_round, version=sealed(contest_round)))
    )["Xếp hạng chung"]

    header, *rows = cells(board)
    gaps, reasons = (
        [row[header.index(title)] for row in rows] for title in ("Dự đoán lệch", "Căn cứ thứ hạng")
    )
    assert gaps == [2, 4, 4, None, None, 2, 2]
    assert reasons == [
        "gần số dự đoán hơn người sau 2",
        "hơn người sau 1 ngày tuổi",
        "người sau không có số dự đoán được xét",
        "người sau không có ngày sinh",
        "hơn người sau 1 điểm",
        "bốc thăm trước người sau",
        None,
    ]
