from questionbank.models.question import Choice, Question, QuestionSet, Revision, Source
from questionbank.models.topic import LegalDocument, Topic

__all__ = ["Choice", "LegalDocument", "Question", "QuestionSet", "Revision", "Source", "Topic"]
