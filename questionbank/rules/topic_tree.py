"""The tree of topics, as the parent of each topic by number; roots have None."""

from collections.abc import Iterable, Mapping

MOST_LEVELS = 5

Parents = Mapping[int, int | None]


def line(topic: int, parents: Parents) -> list[int]:
    """The topic, its parent, and so on up to the root."""
    found = [topic]
    above = parents.get(topic)
    while above is not None and above not in found:
        found.append(above)
        above = parents.get(above)
    return found


def subtree(topic: int, parents: Parents) -> frozenset[int]:
    """The topic and everything below it."""
    return frozenset(each for each in parents if topic in line(each, parents))


def in_order(topics: Iterable[int], parents: Parents) -> list[tuple[int, int]]:
    """Each topic behind its parent, with its level from 1; siblings in the order given."""
    below: dict[int | None, list[int]] = {}
    for topic in topics:
        below.setdefault(parents.get(topic), []).append(topic)
    found: list[tuple[int, int]] = []
    waiting = [(root, 1) for root in reversed(below.get(None, []))]
    while waiting:
        topic, level = waiting.pop()
        found.append((topic, level))
        waiting += [(child, level + 1) for child in reversed(below.get(topic, []))]
    return found


def makes_a_circle(topic: int, parent: int | None, parents: Parents) -> bool:
    """Whether the new parent is the topic itself or stands below it."""
    return parent is not None and topic in line(parent, parents)


def levels_with(topic: int | None, parent: int | None, parents: Parents) -> int:
    """The level of the lowest topic of the subtree, once it hangs under `parent`.

    A new topic is None, and alone.
    """
    above = len(line(parent, parents)) if parent is not None else 0
    if topic is None:
        return above + 1
    own = len(line(topic, parents))
    lowest = max(len(line(each, parents)) for each in subtree(topic, parents))
    return above + 1 + lowest - own
