"""How alike papers are, and how often each question is seen: `make bench-draw`.

    python -m bench.draw

10,000 papers of 20 questions are dealt from a bank of 600 (ten topics, three levels in the
proportions 5 : 3 : 2), and as many are drawn by chance alone as the baseline. Once each row of the
blueprint names a topic only, once a topic and a level; once it asks for seven of each of three
topics of twenty, which no deck divides by; and once a topic's easy questions fit two rows. The
difficulty of a question counts 1, 2 or 3; a paper's is the mean of its questions. "Alike" are
questions that fit the same rows.
"""

import math
import random
import statistics
import time
from collections import Counter
from collections.abc import Callable, Sequence

from bench.figures import figure, percentile
from contest.rules.drawing import Deal, Draft, draw_paper
from questionbank.rules.blueprints import fill

PAPERS = 10_000
TOPICS = 10
LEVELS = (1,) * 30 + (2,) * 18 + (3,) * 12  # of the questions of one topic

Pools = list[list[Draft]]
Draw = Callable[[list[int], Pools, int], list[int]]  # counts, pools, number -> revision ids


def difficulty_of(revision_id: int) -> int:
    return LEVELS[revision_id % len(LEVELS)]


def by_topic() -> tuple[list[int], Pools]:
    """Two questions of each topic, of whatever level."""
    questions = [_topic(topic) for topic in range(TOPICS)]
    return [2] * TOPICS, questions


def by_topic_and_level() -> tuple[list[int], Pools]:
    """One easy question of each topic, and one of the middle or a hard one in turn."""
    pools: Pools = []
    for topic in range(TOPICS):
        for level in (1, 2 + topic % 2):
            pools.append([it for it in _topic(topic) if difficulty_of(it.revision_id) == level])
    return [1] * len(pools), pools


def by_sevens() -> tuple[list[int], Pools]:
    """Seven questions of each of three topics of twenty."""
    return [7] * 3, [_topic(topic)[:20] for topic in range(3)]


def by_crossing_rows() -> tuple[list[int], Pools]:
    """One easy question of each topic, and one of whatever level, which may be easy, too."""
    pools: Pools = []
    for topic in range(TOPICS):
        questions = _topic(topic)
        pools += [questions, [it for it in questions if difficulty_of(it.revision_id) == 1]]
    return [1] * len(pools), pools


def _topic(topic: int) -> list[Draft]:
    first = topic * len(LEVELS)
    return [Draft(first + place, 4) for place in range(len(LEVELS))]


def dealt(counts: list[int], pools: Pools, number: int) -> list[int]:
    """As the platform draws."""
    deal = Deal(deck_seed=20260915, number=number)
    paper = draw_paper(counts=counts, pools=pools, seed=number, deal=deal)
    return [item.revision_id for item in paper]


def by_chance(counts: list[int], pools: Pools, number: int) -> list[int]:
    chance = random.Random(number)  # noqa: S311 (a baseline)
    paper: list[int] = []
    for row in sorted(range(len(counts)), key=lambda row: len(pools[row])):
        free = [draft.revision_id for draft in pools[row] if draft.revision_id not in paper]
        paper += chance.sample(free, counts[row])
    return paper


def meets_blueprint(paper: Sequence[int], counts: list[int], pools: Pools) -> bool:
    drawn = set(paper)
    fitting = [frozenset(it.revision_id for it in pool) & drawn for pool in pools]
    return len(drawn) == len(paper) == sum(counts) and fill(counts, fitting).is_full


def spread_among_alike(exposed: Counter[int], pools: Pools) -> float:
    """The standard deviation of the exposure of questions from the mean of those alike."""
    rows: dict[int, list[int]] = {}
    for row, pool in enumerate(pools):
        for draft in pool:
            rows.setdefault(draft.revision_id, []).append(row)
    alike: dict[tuple[int, ...], list[int]] = {}
    for revision_id, fits in rows.items():
        alike.setdefault(tuple(fits), []).append(exposed[revision_id])
    squares = [(it - statistics.fmean(group)) ** 2 for group in alike.values() for it in group]
    return math.sqrt(statistics.fmean(squares))


def measure(name: str, draw: Draw, counts: list[int], pools: Pools) -> list[str]:
    began = time.perf_counter()
    papers = [draw(counts, pools, number) for number in range(PAPERS)]
    took = time.perf_counter() - began
    met = sum(meets_blueprint(paper, counts, pools) for paper in papers)
    exposed = Counter(revision_id for paper in papers for revision_id in paper)
    seen = [exposed[revision_id] for revision_id in {it.revision_id for p in pools for it in p}]
    difficulty = [statistics.fmean(map(difficulty_of, paper)) for paper in papers]
    return [
        figure(f"{name}_blueprint_met", 100 * met / PAPERS, "%"),
        figure(f"{name}_exposure_least", min(seen), "papers"),
        figure(f"{name}_exposure_most", max(seen), "papers"),
        figure(f"{name}_exposure_sd", statistics.pstdev(seen), "papers"),
        figure(f"{name}_exposure_sd_alike", spread_among_alike(exposed, pools), "papers"),
        figure(f"{name}_difficulty_mean", statistics.fmean(difficulty), "of 1 to 3"),
        figure(f"{name}_difficulty_sd", statistics.pstdev(difficulty), "of 1 to 3"),
        figure(f"{name}_difficulty_p1", percentile(difficulty, 1), "of 1 to 3"),
        figure(f"{name}_difficulty_p99", percentile(difficulty, 99), "of 1 to 3"),
        figure(f"{name}_per_s", PAPERS / took, "papers/s"),
    ]


def main() -> None:
    for name, (counts, pools) in (
        ("draw_topics", by_topic()),
        ("draw_levels", by_topic_and_level()),
        ("draw_sevens", by_sevens()),
        ("draw_crossing", by_crossing_rows()),
    ):
        for line in measure(name, dealt, counts, pools):
            print(line)
        for line in measure(f"{name}_by_chance", by_chance, counts, pools):
            print(line)


if __name__ == "__main__":
    main()
