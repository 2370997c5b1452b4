from questionbank.models.image import Image, RevisionImage
from questionbank.models.import_file import ImportFile
from questionbank.models.question import (
    AcceptedAnswer,
    Choice,
    Question,
    QuestionSet,
    Revision,
    Source,
    Tag,
)
from questionbank.models.review import Comment, Review
from questionbank.models.statistics import ItemStatistic, SittingStatistic
from questionbank.models.topic import LegalDocument, Topic

__all__ = [
    "AcceptedAnswer",
    "Choice",
    "Comment",
    "Image",
    "ImportFile",
    "ItemStatistic",
    "LegalDocument",
    "Question",
    "QuestionSet",
    "Review",
    "Revision",
    "RevisionImage",
    "SittingStatistic",
    "Source",
    "Tag",
    "Topic",
]
