"""How alike papers are, and how often each question is seen: `make bench-draw`.

    python -m bench.draw

10,000 papers of 20 questions are dealt from a bank of 600 (ten topics, three levels in the
proportions 5 : 3 : 2), and as many are drawn by chance alone as the baseline. Once each row of the
blueprint names a topic only, and once a topic and a level. The difficulty of a question counts 1,
2 or 3; a paper's is the mean of its questions.
"""

import random
import statistics
import time
from collections import Counter
from collections.abc import Callable, Sequence

from bench.figures import figure, percentile
from contest.rules.drawing import Deal, Draft, draw_paper

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
    return [
        draft.revision_id
        for count, pool in zip(counts, pools, strict=True)
        for draft in chance.sample(pool, count)
    ]


def meets_blueprint(paper: Sequence[int], counts: list[int], pools: Pools) -> bool:
    drawn = set(paper)
    return len(drawn) == len(paper) == sum(counts) and all(
        len(drawn & {draft.revision_id for draft in pool}) == count
        for count, pool in zip(counts, pools, strict=True)
    )


def measure(name: str, draw: Draw, counts: list[int], pools: Pools) -> list[str]:
    began = time.perf_counter()
    papers = [draw(counts, pools, number) for number in range(PAPERS)]
    took = time.perf_counter() - began
    met = sum(meets_blueprint(paper, counts, pools) for paper in papers)
    exposed = Counter(revision_id for paper in papers for revision_id in paper)
    seen = [exposed[draft.revision_id] for pool in pools for draft in pool]
    difficulty = [statistics.fmean(map(difficulty_of, paper)) for paper in papers]
    return [
        figure(f"{name}_blueprint_met", 100 * met / PAPERS, "%"),
        figure(f"{name}_exposure_least", min(seen), "papers"),
        figure(f"{name}_exposure_most", max(seen), "papers"),
        figure(f"{name}_exposure_sd", statistics.pstdev(seen), "papers"),
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
    ):
        for line in measure(name, dealt, counts, pools):
            print(line)
        for line in measure(f"{name}_by_chance", by_chance, counts, pools):
            print(line)


if __name__ == "__main__":
    main()
