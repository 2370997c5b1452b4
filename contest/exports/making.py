"""Every product of the results as a file, from one sheet: for the desk and for the command."""

import re
import shutil
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from django.utils.translation import gettext as _, gettext_lazy

from accounts.rules.folding import fold
from contest.enums import DocumentKind
from contest.errors import ContestError
from contest.exports.certificates import common_words, no_awards, printed
from contest.exports.documents.fencing import BadTemplate
from contest.exports.documents.fields import document_fields
from contest.exports.documents.pdf import (
    PDF_TYPE,
    certificate_pages,
    joined,
    pdf_document,
    single_files,
)
from contest.exports.documents.word import WORD_TYPE, word_document
from contest.exports.people import PersonalData
from contest.exports.sheet import ResultSheet
from contest.exports.sheet_tables import NamedTable, sheet_tables
from contest.models import Certificate, Contest, DocumentTemplate, Letterhead, ResultVersion
from contest.results.csv_text import csv_chunks
from contest.results.tables import wall_clock
from contest.results.workbook import Cover, workbook_file
from contest.sealing.reading import bundle

ZIP_TYPE = "application/zip"
JSON_TYPE = "application/json"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Progress = Callable[[int, int], None]  # done, of how many


class Product(Enum):
    """What can be asked for: its name on the desk, the stem and ending of its file, its type."""

    WORKBOOK = ("workbook", gettext_lazy("Sổ kết quả đầy đủ"), "ket-qua", "xlsx", XLSX_TYPE)
    CSV = ("csv", gettext_lazy("Các bảng dạng CSV"), "ket-qua-csv", "zip", ZIP_TYPE)
    WINNERS_DOCX = ("winners.docx", DocumentKind.WINNERS.label, "doat-giai", "docx", WORD_TYPE)
    WINNERS_PDF = ("winners.pdf", DocumentKind.WINNERS.label, "doat-giai", "pdf", PDF_TYPE)
    MINUTES_DOCX = ("minutes.docx", DocumentKind.MINUTES.label, "bien-ban", "docx", WORD_TYPE)
    MINUTES_PDF = ("minutes.pdf", DocumentKind.MINUTES.label, "bien-ban", "pdf", PDF_TYPE)
    REPORT_DOCX = ("report.docx", DocumentKind.REPORT.label, "bao-cao", "docx", WORD_TYPE)
    REPORT_PDF = ("report.pdf", DocumentKind.REPORT.label, "bao-cao", "pdf", PDF_TYPE)
    CERTIFICATES_PDF = (
        *("certificates.pdf", gettext_lazy("Giấy chứng nhận, một tệp chung")),
        *("giay-chung-nhan", "pdf", PDF_TYPE),
    )
    CERTIFICATES_ZIP = (
        *("certificates.zip", gettext_lazy("Giấy chứng nhận, mỗi người một tệp")),
        *("giay-chung-nhan-tung-nguoi", "zip", ZIP_TYPE),
    )
    BUNDLE = (
        *("bundle", gettext_lazy("Gói kiểm chứng kết quả đã niêm phong")),
        *("goi-kiem-chung", "json", JSON_TYPE),
    )

    def __init__(self, code: str, label: str, stem: str, ending: str, content_type: str) -> None:
        self.code = code
        self.label = label
        self.stem = stem
        self.ending = ending
        self.content_type = content_type

    @classmethod
    def of_code(cls, code: str) -> "Product":
        return next(product for product in cls if product.code == code)

    @property
    def document(self) -> DocumentKind | None:
        kind = self.code.partition(".")[0]
        return DocumentKind(kind) if kind in DocumentKind.values else None

    @property
    def is_certificates(self) -> bool:
        return self in (Product.CERTIFICATES_PDF, Product.CERTIFICATES_ZIP)

    @property
    def is_official(self) -> bool:
        """Whether its words are Vietnamese, whatever language its maker reads."""
        return self.document is not None or self.is_certificates

    @property
    def shows_people(self) -> bool:
        """Whether it has the columns that identify people."""
        return self in (Product.WORKBOOK, Product.CSV)


@dataclass(frozen=True)
class Material:
    """All that products are made from. `site` is the address that certificates lead to."""

    contest: Contest
    version: ResultVersion | None  # that the sheet shows; none: the results as they stand
    sheet: ResultSheet
    letterhead: Letterhead
    personal: PersonalData
    maker: str  # who asked for it, as the cover says
    site: str
    certificates: list[Certificate]


def write_product(
    product: Product,
    material: Material,
    file: IO[bytes],
    *,
    progress: Progress = lambda _done, _total: None,
) -> None:
    """Write the file at its present place.

    Raises ContestError "no_awards", "awards_differ", "no_certificates", "not_sealed",
    "bad_template" or "pdf_unavailable".
    """
    if product is Product.WORKBOOK:
        _write_workbook(material, file, progress)
    elif product is Product.CSV:
        _write_csv(material, file, progress)
    elif kind := product.document:
        file.write(_document(product, kind, material))
    elif product is Product.BUNDLE:
        _write_bundle(material, file)
    else:
        _write_certificates(product, material, file, progress)


def _write_workbook(material: Material, file: IO[bytes], progress: Progress) -> None:
    tables = sheet_tables(material.sheet, material.personal)
    total = _row_count(tables)
    with closing(
        workbook_file(
            [each.table for each in tables],
            _cover(material),
            progress=lambda done: progress(done, total),
        )
    ) as made:
        shutil.copyfileobj(made, file)


def _write_csv(material: Material, file: IO[bytes], progress: Progress) -> None:
    tables = sheet_tables(material.sheet, material.personal)
    total, done = _row_count(tables), 0
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for each in tables:
            with archive.open(f"{each.name}.csv", "w", force_zip64=True) as member:
                for chunk in csv_chunks(each.table):
                    member.write(chunk)
            done += each.count
            progress(done, total)


def _row_count(tables: list[NamedTable]) -> int:
    return sum(each.count for each in tables)


def _document(product: Product, kind: DocumentKind, material: Material) -> bytes:
    if kind is DocumentKind.WINNERS:
        _refuse_other_winners(material.sheet)
    fields = document_fields(kind, material.sheet, material.letterhead)
    if product.ending == "pdf":
        return pdf_document(kind, fields)
    own = DocumentTemplate.objects.filter(contest=material.contest, kind=kind).first()
    try:
        return word_document(kind, fields, template=bytes(own.content) if own else None)
    except BadTemplate as error:
        raise ContestError(
            "bad_template", _("Mẫu văn bản không dùng được: %(reason)s") % {"reason": error}
        ) from error


def _refuse_other_winners(sheet: ResultSheet) -> None:
    """The list that is signed says what the results come to, or nothing."""
    if not sheet.prizes.awards:
        raise no_awards()
    if sheet.prizes.differing:
        message = _(
            "Giải đã ghi nhận không khớp kết quả này: %(boards)s. Xin ghi nhận lại giải ở trang "
            "“Xét giải”, hoặc niêm phong lại kết quả."
        )
        raise ContestError("awards_differ", message % {"boards": ", ".join(sheet.prizes.differing)})


def _write_bundle(material: Material, file: IO[bytes]) -> None:
    if material.version is None:
        raise ContestError("not_sealed", _("Kết quả chưa niêm phong nên chưa có gói kiểm chứng."))
    file.writelines(bundle(material.version, is_open=True))


def _write_certificates(
    product: Product, material: Material, file: IO[bytes], progress: Progress
) -> None:
    certificates = material.certificates
    if not certificates:
        raise ContestError("no_certificates", _("Chưa có giấy chứng nhận nào được cấp."))
    pages = certificate_pages(
        printed(certificates, site=material.site),
        common_words(material.contest, material.letterhead, at=material.sheet.made_at),
        progress=lambda done: progress(done, len(certificates)),
    )
    if product is Product.CERTIFICATES_PDF:
        file.write(joined(pages))
        return
    with ZipFile(file, "w", ZIP_STORED) as archive:
        files = zip(certificates, single_files(pages), strict=True)
        for number, (certificate, content) in enumerate(files, start=1):
            archive.writestr(f"{number:03}-{_ascii(certificate.full_name)}.pdf", content)


def _ascii(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", fold(name)).strip("-")[:60] or "giay-chung-nhan"


def _cover(material: Material) -> Cover:
    sheet = material.sheet
    facts: list[tuple[str, str | int | datetime]] = [
        (_("Hội thi"), sheet.contest),
        (_("Đơn vị tổ chức"), sheet.host),
        (_("Kỳ thi"), sheet.title),
        (_("Các kỳ được tính"), ", ".join(sheet.rounds)),
        (_("Số người được xếp hạng"), sheet.person_count),
        (_("Số lượt thi đã nộp"), len(sheet.attempts)),
        *_seal_facts(sheet),
        (_("Người xuất"), material.maker),
        (_("Xuất lúc"), wall_clock(sheet.made_at)),
    ]
    if sheet.prizes.differing:
        warning = _("Giải đã ghi nhận không khớp kết quả này: %(boards)s.")
        boards = ", ".join(sheet.prizes.differing)
        facts.append((_("Cần xem lại"), warning % {"boards": boards}))
    return Cover(
        title=sheet.contest,
        subtitle=sheet.title,
        created_at=wall_clock(sheet.made_at),
        facts=facts,
    )


def _seal_facts(sheet: ResultSheet) -> list[tuple[str, str | int | datetime]]:
    """What was sealed, what was not, and what to check it with."""
    seal = sheet.seal
    if seal is None:
        return [(_("Niêm phong"), _("Bản xem trước, chưa niêm phong"))]
    return [
        (_("Niêm phong"), _("Phiên bản %(number)d") % {"number": seal.number}),
        (_("Trạng thái"), seal.state),
        (_("Niêm phong lúc"), wall_clock(seal.sealed_at)),
        (_("Mã niêm phong"), seal.digest),
        (_("Gốc cây Merkle"), seal.root),
        (
            _("Theo bản niêm phong"),
            _("Thứ hạng, điểm, thời gian, lượt thi, giải, quyết định, cách xếp hạng"),
        ),
        (
            _("Theo số liệu hiện tại"),
            _(
                "Số người được giao, thống kê câu hỏi, số định danh và điện thoại; "
                "họ tên ở danh sách lượt thi và quyết định"
            ),
        ),
    ]
