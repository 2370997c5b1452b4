"""Everything that people send to the bank's desk is parsed and checked here."""

import re
from collections.abc import Collection
from dataclasses import replace
from string import ascii_uppercase
from typing import Any, cast

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _, ngettext

from accounts.enums import Role
from accounts.formats.bad_file import BadFile
from questionbank.enums import (
    Difficulty,
    PictureType,
    QuestionKind,
    QuestionStatus,
    Scoring,
    Verdict,
)
from questionbank.errors import bad_response_message
from questionbank.formats.base import LARGEST_FILE, LONGEST_TEXT, RawQuestion, RawSource
from questionbank.formats.checking import MOST_CHOICES, checked_question
from questionbank.formats.fields import BadField
from questionbank.formats.parsed import ParsedPicture, ParsedQuestion, ParsedSource
from questionbank.formats.registry import FORMATS, format_of
from questionbank.models import Image, Question, QuestionSet
from questionbank.pictures import (
    FORMATS as PICTURE_FORMATS,
    LARGEST_SENT,
    LONGEST_DESCRIPTION,
    checked_description,
    read_picture,
)
from questionbank.queries import IN_USE
from questionbank.rules.responding import LONGEST_RESPONSE, BadResponse, tidy_response
from questionbank.topic_field import TopicField

LETTERS = ascii_uppercase[:MOST_CHOICES]
LONGEST_NOTE = 2000
HISTORICAL = "(quy định trước đây)"  # the question holds though the document no longer does
_SOURCE = re.compile(r"(.*?)\s*(?:\[([^\[\]]*)\])?\s*(https?://\S+)?")


class QuestionFilterForm(forms.Form):
    """Every filter may be empty; one that is unknown filters nothing."""

    q = forms.CharField(label=_("Tìm theo nội dung hoặc mã"), max_length=200, required=False)
    topic = TopicField(label=_("Chủ đề"), required=False, empty_label=_("Mọi chủ đề"))
    question_set = forms.ModelChoiceField(
        label=_("Bộ câu hỏi"),
        queryset=QuestionSet.objects.all(),
        to_field_name="code",
        required=False,
        empty_label=_("Mọi bộ câu hỏi"),
    )
    difficulty = forms.ChoiceField(
        label=_("Mức độ"),
        choices=[("", _("Mọi mức độ")), *Difficulty.choices],
        required=False,
    )
    status = forms.ChoiceField(
        label=_("Trạng thái"),
        choices=[
            ("", _("Mọi trạng thái")),
            *QuestionStatus.choices,
            (IN_USE, _("Đang dùng ra đề")),
        ],
        required=False,
    )


class PictureForm(forms.Form):
    """The picture of a question: one that the bank keeps already, or one that is sent.

    `sent_picture` is the new one, if it can be taken; a refused form keeps it with `show_kept`.
    """

    picture = forms.ModelChoiceField(
        queryset=Image.objects.defer("content"),
        label=_("Hình"),
        to_field_name="digest",
        required=False,
        widget=forms.HiddenInput,
        error_messages={"invalid_choice": _("Hình đã chọn không còn; xin chọn lại hình.")},
    )
    picture_file = forms.FileField(
        label=_("Hình"),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(
            attrs={"accept": ",".join(f"image/{name.lower()}" for name in PICTURE_FORMATS)}
        ),
        help_text=format_lazy(
            _("PNG, JPEG, WebP hoặc GIF, đến {size} MB; hình lớn được thu nhỏ."),
            size=LARGEST_SENT // 1024**2,
        ),
    )
    picture_removed = forms.BooleanField(label=_("Bỏ hình này"), required=False)

    sent_picture: ParsedPicture | None = None

    def clean_picture_file(self) -> None:
        file = self.cleaned_data["picture_file"]
        if file is None:
            return
        try:
            self.sent_picture = read_picture(file.read(LARGEST_SENT + 1))
        except BadField as error:
            raise forms.ValidationError(_sentence(error)) from error

    def show_kept(self) -> None:
        """From here on the form holds the picture that was sent, which the bank now keeps."""
        if self.sent_picture is not None:
            held = {"picture": self.sent_picture.digest, "picture_removed": ""}
            self.data = {**self.data.dict(), **held}  # type: ignore[attr-defined]  # a QueryDict

    def shown_picture(self) -> Image | None:
        """For the template: the picture that the form holds."""
        digest = self["picture"].value()
        return Image.objects.defer("content").filter(digest=digest).first() if digest else None


class QuestionForm(PictureForm):
    """A question as an author writes it; `content` is what it says once it is valid."""

    topic = TopicField(label=_("Chủ đề"), empty_label=_("Chọn chủ đề"))
    question_set = forms.ModelChoiceField(
        label=_("Bộ câu hỏi"),
        queryset=QuestionSet.objects.all(),
        to_field_name="code",
        required=False,
        empty_label=_("Chưa xếp vào bộ nào"),
    )
    kind = forms.ChoiceField(label=_("Dạng"), choices=QuestionKind.choices)
    difficulty = forms.ChoiceField(
        label=_("Mức độ"), choices=Difficulty.choices, initial=Difficulty.MEDIUM
    )
    stem = forms.CharField(
        label=_("Câu hỏi"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Có thể dùng **chữ đậm**, *chữ nghiêng* và danh sách gạch đầu dòng."),
    )
    scoring = forms.ChoiceField(
        label=_("Cách chấm câu nhiều lựa chọn"), choices=Scoring.choices, required=False
    )
    accepted = forms.CharField(
        label=_("Các đáp án được chấp nhận, mỗi dòng một đáp án"),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Không phân biệt chữ hoa, chữ thường và dấu."),
    )
    number = forms.CharField(label=_("Đáp số"), max_length=40, required=False)
    tolerance = forms.CharField(label=_("Sai số cho phép"), max_length=40, required=False)
    points = forms.CharField(label=_("Điểm"), max_length=10, required=False, initial="1")
    explanation = forms.CharField(
        label=_("Giải thích"),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    sources = forms.CharField(
        label=_("Căn cứ, mỗi dòng một căn cứ"),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "Ví dụ: Điều 5 [61/2018/NĐ-CP] https://vanban.chinhphu.vn. Thêm “(quy định trước đây)”"
            " nếu câu hỏi hỏi về quy định cũ."
        ),
    )
    tags = forms.CharField(label=_("Nhãn, cách nhau bằng dấu phẩy"), max_length=500, required=False)
    picture_description = forms.CharField(
        label=_("Mô tả hình"),
        max_length=LONGEST_DESCRIPTION,
        required=False,
        help_text=_(
            "Bắt buộc khi có hình: máy đọc màn hình đọc câu này cho người không nhìn thấy hình."
            " Xin không nêu đáp án."
        ),
    )
    based_on = forms.IntegerField(widget=forms.HiddenInput, required=False, initial=0)

    content: ParsedQuestion

    def __init__(self, *args: Any, code: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._code = code
        for name in ("picture_description", "accepted", "number"):  # asked for by some questions
            self.fields[name].one_of_several = True  # type: ignore[attr-defined]
        for letter in LETTERS:
            self.fields[f"choice_{letter}"] = forms.CharField(
                label=_("Phương án %(letter)s") % {"letter": letter},
                max_length=LONGEST_TEXT,
                required=False,
            )
            self.fields[f"right_{letter}"] = forms.BooleanField(
                label=_("Phương án %(letter)s là đáp án đúng") % {"letter": letter}, required=False
            )

    def option_rows(self) -> list[tuple[str, forms.BoundField, forms.BoundField]]:
        """For the template: letter, text field, box."""
        return [(letter, self[f"choice_{letter}"], self[f"right_{letter}"]) for letter in LETTERS]

    def clean(self) -> dict[str, Any]:
        sent = super().clean() or {}
        if self.errors:
            return sent
        try:
            content = checked_question(self._raw(sent), names_options=True)
        except BadField as error:
            raise forms.ValidationError(_sentence(error)) from error
        try:
            self.content = replace(content, picture=self._picture(sent))
        except BadField as error:
            raise forms.ValidationError({"picture_description": _sentence(error)}) from error
        return sent

    def _picture(self, sent: dict[str, Any]) -> ParsedPicture | None:
        """The picture as the question will have it. Raises BadField without a description."""
        kept: Image | None = None if sent["picture_removed"] else sent["picture"]
        picture = self.sent_picture or (_parsed_picture(kept) if kept else None)
        if picture is None:
            return None
        return replace(picture, description=checked_description(sent["picture_description"]))

    def _raw(self, sent: dict[str, Any]) -> RawQuestion:
        kind = QuestionKind(sent["kind"])
        texts = tuple(sent[f"choice_{letter}"] for letter in LETTERS) if kind.has_choices else ()
        if kind is QuestionKind.NUMBER:
            key: tuple[str, ...] = (sent["number"],)
        elif kind is QuestionKind.SHORT_TEXT:
            key = tuple(sent["accepted"].splitlines())
        else:
            key = tuple(letter for letter in LETTERS if sent[f"right_{letter}"])
        return RawQuestion(
            where="",
            stem=sent["stem"],
            choices=texts,
            key=key,
            kind=kind,
            code=self._code,
            topic=sent["topic"].code,
            difficulty=sent["difficulty"],
            set_code=sent["question_set"].code if sent["question_set"] else "",
            scoring=sent["scoring"] if kind is QuestionKind.MULTIPLE_CHOICE else "",
            tolerance=sent["tolerance"] if kind is QuestionKind.NUMBER else "",
            points=sent["points"],
            explanation=sent["explanation"],
            sources=tuple(_source(line) for line in sent["sources"].splitlines()),
            tags=tuple(sent["tags"].split(",")),
        )


def _sentence(error: BadField) -> str:
    text = str(error)
    return text[:1].upper() + text[1:]


def _parsed_picture(image: Image) -> ParsedPicture:
    return ParsedPicture(image.digest, PictureType(image.media_type), image.width, image.height)


def _source(line: str) -> RawSource:
    plain = line.strip()
    is_historical = plain.endswith(HISTORICAL)
    plain = plain.removesuffix(HISTORICAL).strip()
    found = _SOURCE.fullmatch(plain)
    if found is None or not (found[2] or found[3]):
        return RawSource(text=plain, is_historical=is_historical)
    return RawSource(
        article=found[1],
        document=found[2] or "",
        link=found[3] or "",
        is_historical=is_historical,
    )


def initial_of(content: ParsedQuestion, *, based_on: int) -> dict[str, Any]:
    """What the form shows of a question; QuestionForm gives the same content back."""
    initial: dict[str, Any] = {
        "topic": content.topic,
        "question_set": content.set_code,
        "kind": content.kind,
        "difficulty": content.difficulty,
        "stem": content.stem,
        "scoring": content.scoring,
        "accepted": "\n".join(content.accepted),
        "number": f"{content.number:f}" if content.number is not None else "",
        "tolerance": f"{content.tolerance:f}" if content.tolerance else "",
        "points": f"{content.points:f}",
        "explanation": content.explanation,
        "sources": "\n".join(map(_source_line, content.sources)),
        "tags": ", ".join(content.tags),
        "picture": content.picture.digest if content.picture else "",
        "picture_description": content.picture.description if content.picture else "",
        "based_on": based_on,
    }
    for letter, choice in zip(LETTERS, content.choices, strict=False):
        initial[f"choice_{letter}"] = choice.text
        initial[f"right_{letter}"] = choice.is_correct
    return initial


def _source_line(source: ParsedSource) -> str:
    document = f"[{source.document}]" if source.document else ""
    historical = HISTORICAL if source.is_historical else ""
    return " ".join(part for part in (source.article, document, source.link, historical) if part)


class BlindAnswerForm(forms.Form):
    """What a second reader answers, by the kind of question, as participants would."""

    def __init__(self, *args: Any, kind: QuestionKind, letters: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._kind, self._choice_count = kind, len(letters)
        self.fields["revision"] = forms.IntegerField(widget=forms.HiddenInput)
        self.fields["response"] = _answer_field(kind, letters)

    def clean_response(self) -> str:
        sent = self.cleaned_data["response"]
        try:
            return tidy_response("".join(sent), kind=self._kind, choice_count=self._choice_count)
        except BadResponse as bad:
            raise forms.ValidationError(bad_response_message(bad.code)) from bad


def _answer_field(kind: QuestionKind, letters: str) -> forms.Field:
    choices = [(letter, letter) for letter in letters]
    if kind is QuestionKind.MULTIPLE_CHOICE:
        return forms.MultipleChoiceField(label=_("Câu trả lời"), choices=choices)
    if kind.has_choices:
        return forms.ChoiceField(label=_("Câu trả lời"), choices=choices)
    return forms.CharField(label=_("Câu trả lời"), max_length=LONGEST_RESPONSE)


class VerdictForm(forms.Form):
    verdict = forms.ChoiceField(
        label=_("Kết luận"), choices=Verdict.choices, widget=forms.RadioSelect
    )
    note = forms.CharField(
        label=_("Nhận xét"),
        max_length=LONGEST_NOTE,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Bắt buộc khi trả lại, hoặc khi duyệt mà trả lời khác đáp án."),
    )


class NoteForm(forms.Form):
    """A comment, or the reason of a decision."""

    note = forms.CharField(
        label=_("Nhận xét"), max_length=LONGEST_NOTE, widget=forms.Textarea(attrs={"rows": 3})
    )


class BulkForm(forms.Form):
    """What to do with questions of the list: those that are ticked, or `everything` in it.

    Authors send and move, reviewers retire, as with a single question.
    """

    code = forms.ModelMultipleChoiceField(
        Question.objects.all(),
        to_field_name="code",
        required=False,
        error_messages={
            "invalid_choice": _("Không có câu hỏi %(value)s."),
            "invalid_pk_value": _("Không có câu hỏi %(pk)s."),
        },
    )
    everything = forms.BooleanField(required=False)
    action = forms.ChoiceField(
        label=_("Việc cần làm"),
        error_messages={
            "required": _("Xin chọn việc cần làm."),
            "invalid_choice": _("Anh/Chị không được giao việc này."),
        },
    )
    topic = TopicField(label=_("Chuyển đến chủ đề"), required=False, empty_label=_("Chọn chủ đề"))
    note = forms.CharField(label=_("Lý do ngừng dùng"), max_length=LONGEST_NOTE, required=False)

    def __init__(self, *args: Any, roles: Collection[Role], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = []
        if Role.AUTHOR in roles:
            choices += [("send", _("Gửi thẩm định")), ("move", _("Chuyển chủ đề"))]
        if Role.REVIEWER in roles:
            choices += [("retire", _("Ngừng dùng"))]
        cast("forms.ChoiceField", self.fields["action"]).choices = choices

    def clean(self) -> dict[str, Any]:
        sent = super().clean() or {}
        if not self.errors and not sent["everything"] and not sent["code"]:
            raise forms.ValidationError(_("Xin chọn ít nhất một câu hỏi."))
        if sent.get("action") == "move" and not sent.get("topic"):
            raise forms.ValidationError(_("Xin chọn chủ đề để chuyển đến."))
        return sent

    def left_text(self, count: int) -> str:
        """Why so many stayed as they were."""
        words = {
            "send": ngettext(
                "%(count)d câu giữ nguyên: chỉ câu hỏi đang soạn mới gửi thẩm định được.",
                "%(count)d câu giữ nguyên: chỉ câu hỏi đang soạn mới gửi thẩm định được.",
                count,
            ),
            "move": ngettext(
                "%(count)d câu đã ở chủ đề này.", "%(count)d câu đã ở chủ đề này.", count
            ),
            "retire": ngettext(
                "%(count)d câu đã ngừng dùng từ trước.",
                "%(count)d câu đã ngừng dùng từ trước.",
                count,
            ),
        }
        return words[self.cleaned_data["action"]] % {"count": count}


class ImportForm(forms.Form):
    file = forms.FileField(
        label=_("Tệp câu hỏi"),
        max_length=200,
        help_text=_("Excel, Word, CSV, GIFT, Aiken, Moodle XML, QTI, JSON hoặc YAML; đến 20 MB."),
    )
    format = forms.ChoiceField(
        label=_("Định dạng"),
        choices=[("", _("Theo tên tệp")), *((it.name, it.label) for it in FORMATS.values())],
        required=False,
    )
    topic = TopicField(
        label=_("Chủ đề cho những câu không ghi chủ đề"),
        required=False,
        empty_label=_("Chưa phân loại"),
    )
    updates = forms.BooleanField(
        label=_("Câu đã có cùng mã: tạo bản sửa mới"), required=False, initial=True
    )
    takes_duplicates = forms.BooleanField(label=_("Nhận cả câu trùng lặp"), required=False)

    def clean_file(self) -> "UploadedFile[bytes]":
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if file.size is None or file.size > LARGEST_FILE:
            raise forms.ValidationError(
                _("Tệp lớn quá %(size)d MB."), params={"size": LARGEST_FILE // 1024**2}
            )
        return file

    def clean(self) -> dict[str, Any]:
        sent = super().clean() or {}
        file = sent.get("file")
        if file is None:
            return sent
        data = file.read()
        try:
            sent["found"] = (
                FORMATS[sent["format"]] if sent.get("format") else format_of(file.name, data)
            )
        except BadFile as error:
            text = str(error)
            raise forms.ValidationError({"file": text[:1].upper() + text[1:]}) from error
        sent["data"] = data
        return sent

    def options(self) -> dict[str, Any]:
        """What is kept with the file."""
        sent = self.cleaned_data
        return {
            "topic": sent["topic"].code if sent["topic"] else "",
            "updates": sent["updates"],
            "takes_duplicates": sent["takes_duplicates"],
        }


class ExportForm(QuestionFilterForm):
    """The list's filters, and the format to write."""

    format = forms.ChoiceField(
        label=_("Định dạng"), choices=[(it.name, it.label) for it in FORMATS.values()]
    )
