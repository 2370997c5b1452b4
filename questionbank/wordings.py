"""The wordings of revisions, kept in the process: they never change, and every paper shows twenty.

Nothing here tells which option is right.
"""

from collections.abc import Collection
from dataclasses import dataclass

from questionbank.enums import QuestionKind
from questionbank.models import Choice, Revision

MOST_KEPT = 5000  # about 1 kB each

_PICTURE = (
    *("picture__image__digest", "picture__image__width", "picture__image__height"),
    "picture__description",
)

_kept: dict[int, "Wording"] = {}


@dataclass(frozen=True, slots=True)
class ShownPicture:
    """The content is asked for by its digest; width and height are in pixels."""

    digest: str
    width: int
    height: int
    description: str


@dataclass(frozen=True, slots=True)
class Wording:
    """What a paper shows of a revision; `choices` in the author's order."""

    stem: str
    kind: QuestionKind
    choices: tuple[str, ...]
    picture: ShownPicture | None = None


def wordings(revision_ids: Collection[int]) -> dict[int, Wording]:
    """By revision. Two queries for those that this process has not shown yet."""
    found = {pk: _kept[pk] for pk in revision_ids if pk in _kept}
    missing = set(revision_ids) - found.keys()
    if missing:
        read = _read(missing)
        found |= read
        _keep(read)
    return found


def _read(revision_ids: Collection[int]) -> dict[int, Wording]:
    choices: dict[int, list[str]] = {}
    texts = Choice.objects.filter(revision__in=revision_ids).order_by("revision", "position")
    for revision_id, text in texts.values_list("revision_id", "text"):
        choices.setdefault(revision_id, []).append(text)
    rows = Revision.objects.filter(pk__in=revision_ids).values_list("pk", "stem", "kind", *_PICTURE)
    return {
        pk: Wording(
            stem,
            QuestionKind(kind),
            tuple(choices.get(pk, ())),
            ShownPicture(*picture) if picture[0] is not None else None,
        )
        for pk, stem, kind, *picture in rows
    }


def _keep(read: dict[int, Wording]) -> None:
    if len(_kept) + len(read) > MOST_KEPT:
        _kept.clear()
    _kept.update(read)


def forget_wordings() -> None:
    """Start anew, as after a restart of the process."""
    _kept.clear()
