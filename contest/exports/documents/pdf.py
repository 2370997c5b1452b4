"""Official papers and certificates as PDF, by WeasyPrint.

It needs Pango, a library of the system. A machine without it still runs the platform: whoever asks
for a PDF is told what is missing.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from django.template.loader import render_to_string
from django.utils.translation import gettext as _, override
from PIL import ImageFile

from contest.enums import DocumentKind
from contest.errors import ContestError
from contest.exports.documents.fields import Fields

if TYPE_CHECKING:
    from weasyprint import Document

PDF_TYPE = "application/pdf"
AT_ONCE = 25  # certificates that are laid out together


def pdf_document(kind: DocumentKind, fields: Fields) -> bytes:
    """The paper with the same fields as the Word file. Raises ContestError "pdf_unavailable"."""
    document = _laid_out(f"contest/documents/{kind.value}.html", "official.css", fields)
    return _written(document)


def certificate_pages(
    certificates: Sequence[dict[str, str]],
    common: dict[str, str],
    *,
    progress: Callable[[int], None] = lambda _done: None,
) -> list["Document"]:
    """Laid out in parts, a page for each; `progress` hears how many are done.

    Raises ContestError "pdf_unavailable".
    """
    parts = []
    for start in range(0, len(certificates), AT_ONCE):
        some = certificates[start : start + AT_ONCE]
        context = {**common, "certificates": some}
        parts.append(_laid_out("contest/documents/certificates.html", "certificates.css", context))
        progress(start + len(some))
    return parts


def joined(parts: Sequence["Document"]) -> bytes:
    """All pages of some laid-out parts, of which there is at least one, as one file."""
    return _written(parts[0].copy([page for part in parts for page in part.pages]))


def single_files(parts: Sequence["Document"]) -> list[bytes]:
    """Each page as a file of its own."""
    return [_written(part.copy([page])) for part in parts for page in part.pages]


def _laid_out(template: str, style: str, context: dict[str, Any]) -> "Document":
    weasyprint = _weasyprint()
    with override("vi"):  # the words of official papers are Vietnamese
        html = render_to_string(template, context)
    css = weasyprint.CSS(string=render_to_string(f"contest/documents/{style}"))
    # pictures stand in the page itself: nothing is fetched from anywhere
    fetcher = weasyprint.urls.URLFetcher(allowed_protocols=["data"])
    page = weasyprint.HTML(string=html, url_fetcher=fetcher)
    laid_out: Document = page.render(stylesheets=[css])
    return laid_out


def _written(document: "Document") -> bytes:
    content: bytes = document.write_pdf()
    return content


def _weasyprint() -> Any:
    try:
        import weasyprint  # noqa: PLC0415 (loads Pango, which may be missing, and 40 MB)
    except OSError as error:
        raise ContestError(
            "pdf_unavailable",
            _(
                "Máy chủ chưa có thư viện Pango để tạo tệp PDF. Xin báo người quản trị hệ thống; "
                "trong khi chờ, Anh/Chị có thể dùng tệp Word."
            ),
        ) from error
    # it lets Pillow take cut files for pictures, everywhere in the process; uploads must be whole
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    return weasyprint
