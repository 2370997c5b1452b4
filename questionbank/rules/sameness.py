"""When two questions are the same, and when they contradict each other."""

from collections.abc import Iterable

from accounts.rules.folding import fold, tidy

Content = tuple[str, tuple[str, ...], tuple[str, ...]]


def content_key(stem: str, options: Iterable[str], right: Iterable[str]) -> Content:
    """Equal for two questions that say the same, in whatever order of options.

    Accents count, for "số" is not "sơ"; letter case, white space and punctuation do not.
    """
    return _plain(stem), tuple(sorted(map(_plain, options))), tuple(sorted(map(_plain, right)))


def stem_key(stem: str) -> str:
    """Equal for two stems that are read as the same, accents aside."""
    return fold(stem)


def _plain(text: str) -> str:
    return " ".join("".join(c if c.isalnum() else " " for c in tidy(text).casefold()).split())
