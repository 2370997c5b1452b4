import random
import time
from collections import Counter
from math import exp
from statistics import fmean, median_low, pstdev, pvariance

import pytest
from hypothesis import given, strategies as st

from questionbank.rules.item_analysis import Analysis, Flag, _point_biserial, _Tally
from questionbank.rules.item_responses import ItemResponse

LETTERS = "ABCD"


def response(item, chosen="A", *, key="A", earned=None, answer_ms=None):
    is_correct = chosen == key
    earned = float(is_correct) if earned is None else earned
    return ItemResponse(item, chosen, is_correct, earned, answer_ms)


def analysed(attempts):
    analysis = Analysis()
    for attempt in attempts:
        analysis.add(attempt)
    return analysis


def statistics_of(attempts, options):
    return {it.item: it for it in analysed(attempts).result(options)}


def pearson(xs, ys):
    mean_x, mean_y = fmean(xs), fmean(ys)
    products = [(x - mean_x) * (y - mean_y) for x, y in zip(xs, ys, strict=True)]
    return fmean(products) / (pstdev(xs) * pstdev(ys))


# Populations ----------------------------------------------------------------------------------


class Population:
    """People and questions of the Rasch model; each person has a paper of her own."""

    def __init__(self, seed, items=60, length=20):
        self.chance = random.Random(seed)
        self.difficulties = [self.chance.gauss(-0.3, 0.8) for _ in range(items)]
        self.length = length
        self.keys = dict.fromkeys(range(items), "A")  # what the bank holds to be right
        self.odd = {}  # item → a function of the ability that chooses

    def answer(self, item, ability):
        if item in self.odd:
            return self.odd[item](ability)
        knows = self.chance.random() < 1 / (1 + exp(self.difficulties[item] - ability))
        return "A" if knows else self.chance.choice("BCD")

    def attempts(self, people=2000):
        for _ in range(people):
            ability = self.chance.gauss(0, 1)
            paper = self.chance.sample(range(len(self.difficulties)), self.length)
            yield [response(it, self.answer(it, ability), key=self.keys[it]) for it in paper]

    def statistics(self):
        options = {item: (LETTERS, key) for item, key in self.keys.items()}
        return statistics_of(self.attempts(), options)

    def flagged(self, flag):
        return {item for item, it in self.statistics().items() if flag in it.flags}


@pytest.mark.parametrize("seed", range(4))
def test_planted_wrong_keys_and_only_they_are_flagged(seed):
    population = Population(seed)
    for item in (7, 23, 41):
        population.difficulties[item] = -0.5
        population.keys[item] = "C"

    assert population.flagged(Flag.KEY_PROBABLY_WRONG) == {7, 23, 41}


def test_a_planted_unused_distractor_is_found():
    population = Population(1)
    population.difficulties = [max(-0.8, it) for it in population.difficulties]
    population.odd[5] = lambda ability: population.chance.choice("AABC")

    assert population.flagged(Flag.UNUSED_DISTRACTOR) == {5}


def test_easy_and_hard_questions_are_found():
    population = Population(2)
    population.difficulties = [max(-1.0, min(0.5, it)) for it in population.difficulties]
    population.difficulties[3] = -6
    population.difficulties[4] = 4

    assert population.flagged(Flag.TOO_EASY) == {3}
    assert population.flagged(Flag.TOO_HARD) >= {4}
    assert len(population.flagged(Flag.TOO_HARD)) < 5


def test_questions_with_two_defensible_options_are_found():
    population = Population(3)
    population.odd[8] = lambda ability: population.chance.choice("AB" if ability > 0 else "ABCD")
    population.odd[9] = lambda ability: population.chance.choice("AAAAABCD")  # tells nothing
    found = population.flagged(Flag.AMBIGUOUS)

    assert found >= {8, 9}
    assert len(found) <= 4


@pytest.mark.parametrize(
    ("strong", "middling", "weak", "is_ambiguous"),
    [
        ("A" * 16 + "B" * 14, "C" * 30, "D" * 30, True),
        ("A" * 18 + "B" * 12, "C" * 30, "D" * 30, False),
        ("A" * 11 + "B" * 11 + "C" * 8, "C" * 30, "D" * 30, False),
        ("A" * 30, "A" * 10 + "B" * 20, "A" * 5 + "B" * 25, False),  # rivals among all
    ],
)
def test_rivals_are_looked_for_among_the_strongest_third(strong, middling, weak, is_ambiguous):
    attempts = [
        [response(1, chosen), response(2, earned=rest)]
        for rest, answers in [(1.0, strong), (0.5, middling), (0.0, weak)]
        for chosen in answers
    ]
    found = statistics_of(attempts, {1: (LETTERS, "A")})[1]

    assert (Flag.AMBIGUOUS in found.flags) is is_ambiguous


def test_less_than_thirty_answers_are_not_flagged():
    attempts = [[response(1, "B"), response(2, "A" if who % 2 else "B")] for who in range(29)]
    options = {1: ("AB", "A"), 2: ("AB", "A")}

    assert not any(it.flags for it in statistics_of(attempts, options).values())
    more = statistics_of([*attempts, attempts[0]], options)
    assert more[1].flags == {Flag.TOO_HARD}


def test_below_the_guessing_level_is_too_hard():
    attempts = [[response(1, "A" if who < 45 else "B")] for who in range(100)]

    assert Flag.TOO_HARD in statistics_of(attempts, {1: ("AB", "A")})[1].flags
    assert Flag.TOO_HARD not in statistics_of(attempts, {1: ("ABC", "A")})[1].flags
    assert Flag.TOO_HARD not in statistics_of(attempts, {})[1].flags


def test_a_wrong_letter_in_a_key_of_several_is_flagged():
    """The bank says AB, and those who know tick AC."""
    chance = random.Random(4)
    attempts = []
    for _ in range(300):
        ability = chance.random()
        others = [response(it, "A" if chance.random() < ability else "B") for it in range(2, 12)]
        chosen = "AC" if chance.random() < ability else chance.choice(["AB", "A", "BC"])
        attempts.append([response(1, chosen, key="AB"), *others])

    found = statistics_of(attempts, {1: ("ABCD", "AB")})[1]
    assert Flag.KEY_PROBABLY_WRONG in found.flags
    assert Flag.AMBIGUOUS not in found.flags


# Figures --------------------------------------------------------------------------------------

SMALL = [  # of seven people, the options they chose of questions 1 to 4, of which A is right
    "AAAA",
    "AABA",
    "ABAA",
    "AB A",
    "CBBA",
    "B BA",
    "BBCA",
]
SMALL_ATTEMPTS = [
    [response(item, chosen.strip()) for item, chosen in enumerate(row, start=1)] for row in SMALL
]


def test_figures_by_the_textbook():
    found = statistics_of(SMALL_ATTEMPTS, dict.fromkeys((1, 2, 3, 4), (LETTERS, "A")))
    scores = [[float(chosen == "A") for chosen in row] for row in SMALL]
    items = list(zip(*scores, strict=True))
    rests = [[(sum(row) - own) / 3 for own in row] for row in scores]

    assert [it.answered for it in found.values()] == [7] * 4
    assert [found[item].facility for item in (1, 2, 3, 4)] == [4 / 7, 2 / 7, 2 / 7, 1]
    for item in (1, 2, 3):
        by_hand = pearson(items[item - 1], [rest[item - 1] for rest in rests])
        assert found[item].discrimination == pytest.approx(by_hand)
    assert found[4].discrimination is None
    assert found[1].option_shares == {"A": 4 / 7, "B": 2 / 7, "C": 1 / 7, "D": 0}
    assert found[3].omitted_share == 1 / 7


def test_points_for_part_of_an_answer_count_in_discrimination_but_not_in_facility():
    earned = [[0.5, 1.0], [0.25, 0.5], [1.0, 0.75]]
    attempts = [[response(1, "A", key="AB", earned=x), response(2, earned=y)] for x, y in earned]

    found = statistics_of(attempts, {1: ("ABC", "AB")})[1]
    assert found.facility == 0
    assert found.discrimination == pytest.approx(pearson(*zip(*earned, strict=True)))


def test_each_is_judged_by_those_who_saw_it_and_by_their_own_papers():
    papers = [{1: 1, 2: 1}, {1: 0, 3: 0, 2: 1}, {1: 1, 3: 1, 4: 0}, {1: 0, 4: 0}, {2: 1}]
    attempts = [[response(it, "A" if x else "B") for it, x in paper.items()] for paper in papers]

    found = statistics_of(attempts, {})
    assert [found[item].answered for item in (1, 2, 3, 4)] == [4, 3, 2, 2]
    by_hand = pearson([1, 0, 1, 0], [1, 0.5, 0.5, 0])
    assert found[1].discrimination == pytest.approx(by_hand)
    assert found[2].facility == 1


def test_questions_without_options_have_no_shares():
    attempts = [[response(1, "", key="", answer_ms=None), response(2, "B")] for _ in range(40)]

    found = statistics_of(attempts, {1: ("", ""), 2: ("AB", "A")})
    assert found[1].option_shares == {}
    assert found[1].omitted_share is None
    assert found[1].median_ms is None
    assert found[1].flags == {Flag.TOO_EASY}
    assert found[2].omitted_share == 0


def test_nothing_was_added():
    empty = analysed([[]])

    assert empty.result({1: ("AB", "A")}) == []
    assert empty.reliability().attempts == 0
    assert empty.reliability().alpha is None


def test_all_did_alike_on_the_others():
    tenths = [response(item, earned=0.1) for item in range(2, 5)]
    attempts = [[response(1, "AB"[who % 2]), *tenths] for who in range(1000)]

    assert statistics_of(attempts, {})[1].discrimination is None


@given(st.lists(st.integers(1, 5_000_000), min_size=1))
def test_the_median_time_is_within_its_error(times):
    attempts = [[response(1, answer_ms=ms)] for ms in times]
    found = statistics_of(attempts, {})[1].median_ms

    assert abs(found - median_low(times)) <= 0.022 * median_low(times) + 0.5


def test_odd_times_do_no_harm():
    attempts = [[response(1, answer_ms=ms)] for ms in (-5, 0, 10**12)]

    assert statistics_of(attempts, {})[1].median_ms == 1


# Reliability ----------------------------------------------------------------------------------


def textbook_alpha(scores):
    k = len(scores[0])
    items = sum(pvariance(item) for item in zip(*scores, strict=True))
    return k / (k - 1) * (1 - items / pvariance([sum(row) for row in scores]))


def test_reliability_by_the_textbook():
    scores = [[float(chosen == "A") for chosen in row] for row in SMALL]
    found = analysed(SMALL_ATTEMPTS).reliability()

    assert (found.items, found.attempts) == (4, 7)
    shares = [fmean(item) for item in zip(*scores, strict=True)]
    kr20 = 4 / 3 * (1 - sum(p * (1 - p) for p in shares) / pvariance(map(sum, scores)))
    assert found.kr20 == pytest.approx(kr20)
    assert found.alpha == pytest.approx(textbook_alpha(scores))


@given(st.lists(st.tuples(*[st.integers(0, 4)] * 3), min_size=2, max_size=12))
def test_alpha_with_points_for_parts(quarters):
    scores = [[quarter / 4 for quarter in row] for row in quarters]
    attempts = [[response(it, earned=x) for it, x in enumerate(row)] for row in scores]
    found = analysed(attempts).reliability().alpha

    if pvariance([sum(row) for row in scores]):
        assert found == pytest.approx(textbook_alpha(scores), abs=1e-9)
    else:
        assert found is None


def test_reliability_is_of_the_most_frequent_length():
    short = [[response(1, "B"), response(2)]]
    long = [[response(item) for item in range(9)]]

    assert analysed([*long, *SMALL_ATTEMPTS]).reliability().items == 4
    assert (
        analysed([*short, *SMALL_ATTEMPTS]).reliability()
        == analysed([*SMALL_ATTEMPTS, *short]).reliability()
    )
    assert analysed([*short, *SMALL_ATTEMPTS]).reliability().items == 4
    assert analysed([[response(1)], [response(2, "B")]]).reliability().kr20 is None


def test_items_few_people_saw_are_not_taken_for_steady_ones():
    """Two people saw each of 6000 items; the result is that of items all saw."""
    chance = random.Random(9)
    rare = Analysis()
    for who in range(1200):
        share = chance.choice([0.2, 0.8])
        items = range(10 * (who // 2), 10 * (who // 2) + 10)
        rare.add([response(it, "A" if chance.random() < share else "B") for it in items])

    kr20 = 10 / 9 * (1 - 10 * (0.2 * 0.8 + 0.6**2 / 4) / (10 * 0.16 + 100 * 0.3**2))
    assert rare.reliability().kr20 == pytest.approx(kr20, abs=0.05)


def test_reliability_of_random_papers_is_near_that_of_parallel_ones():
    """Items of like difficulty: the share of true variance is known from a second paper."""
    chance = random.Random(6)
    first, totals = Analysis(), []
    for _ in range(4000):
        ability = chance.gauss(0, 1)
        knows = 1 / (1 + exp(-ability))
        papers = [[float(chance.random() < knows) for _ in range(20)] for _ in "12"]
        items = chance.sample(range(100), 20)
        first.add([response(it, "A" if x else "B") for it, x in zip(items, papers[0], strict=True)])
        totals.append([sum(paper) for paper in papers])

    retest = pearson(*zip(*totals, strict=True))
    assert first.reliability().alpha == pytest.approx(retest, abs=0.03)


def test_reliability_of_papers_unlike_in_difficulty_is_too_high_by_what_is_said():
    chance = random.Random(7)
    levels = [-1.5, -0.5, 0.5, 1.5] * 25
    first, totals = Analysis(), []
    for _ in range(8000):
        ability = chance.gauss(0, 1)
        both = []
        for _ in "12":
            items = chance.sample(range(100), 20)
            both.append(
                [(it, chance.random() < 1 / (1 + exp(levels[it] - ability))) for it in items]
            )
        first.add([response(it, "A" if right else "B") for it, right in both[0]])
        totals.append([sum(right for _, right in paper) for paper in both])

    facilities = [it.facility for it in first.result({})]
    variance = pvariance([total for total, _ in totals])
    excess = 20**2 / 19 * pvariance(facilities) / variance
    retest = pearson(*zip(*totals, strict=True))
    assert excess > 0.03
    assert first.reliability().alpha - excess == pytest.approx(retest, abs=0.03)


# Properties -----------------------------------------------------------------------------------

ANSWERS = st.dictionaries(st.integers(1, 5), st.sampled_from(["", *LETTERS]), min_size=1)
ATTEMPTS = st.lists(
    ANSWERS.map(lambda answers: [response(item, chosen) for item, chosen in answers.items()]),
    max_size=60,
)
OPTIONS = dict.fromkeys(range(1, 6), (LETTERS, "A"))


@given(ATTEMPTS)
def test_shares_add_up_to_one(attempts):
    seen = Counter(it.item for attempt in attempts for it in attempt)
    found = statistics_of(attempts, OPTIONS)

    assert {item: it.answered for item, it in found.items()} == seen
    for it in found.values():
        assert sum(it.option_shares.values()) + it.omitted_share == pytest.approx(1)
        assert it.option_shares["A"] == it.facility


@given(ATTEMPTS, st.randoms(use_true_random=False))
def test_the_order_of_attempts_changes_nothing(attempts, chance):
    attempts = [*attempts, *attempts, *attempts]
    shuffled = chance.sample(attempts, len(attempts))
    one, other = analysed(attempts), analysed(shuffled)

    for before, after in zip(one.result(OPTIONS), other.result(OPTIONS), strict=True):
        assert before.item == after.item
        assert before.flags == after.flags
        assert before.option_shares == after.option_shares
        assert before.discrimination == pytest.approx(after.discrimination, abs=1e-9)
    assert one.reliability().kr20 == pytest.approx(other.reliability().kr20, abs=1e-9)
    assert one.reliability().alpha == pytest.approx(other.reliability().alpha, abs=1e-9)


@given(ATTEMPTS, st.sampled_from(LETTERS))
def test_the_point_biserial_of_an_option_is_the_correlation_with_choosing_it(attempts, letter):
    papers = [attempt for attempt in attempts if len(attempt) > 1 and attempt[0].item == 1]
    chose = [float(paper[0].chosen == letter) for paper in papers]
    rests = [fmean([it.earned for it in paper[1:]]) for paper in papers]
    tally = analysed(papers)._items.get(1, _Tally())

    if papers and pstdev(chose) and pstdev(rests) > 1e-6:
        by_hand = pearson(chose, rests)
        assert _point_biserial(tally, letter) == pytest.approx(by_hand, abs=1e-9)
    else:
        assert _point_biserial(tally, letter) is None


@given(ATTEMPTS)
def test_discrimination_is_the_correlation_with_the_rest(attempts):
    for item, found in statistics_of(attempts, OPTIONS).items():
        pairs = []
        for attempt in attempts:
            own = [it.earned for it in attempt if it.item == item]
            rest = [it.earned for it in attempt if it.item != item]
            if own and rest:
                pairs.append((own[0], fmean(rest)))
        if not pairs or any(pstdev(values) < 1e-6 for values in zip(*pairs, strict=True)):
            assert found.discrimination is None
        else:
            by_hand = pearson(*zip(*pairs, strict=True))
            assert found.discrimination == pytest.approx(by_hand, abs=1e-9)


def test_a_response_takes_little_time():
    chance = random.Random(8)
    attempts = [
        [
            response(it, chance.choice(LETTERS), answer_ms=chance.randrange(1, 90_000))
            for it in chance.sample(range(2000), 20)
        ]
        for _ in range(2000)
    ]
    analysis = Analysis()
    began = time.process_time()
    for attempt in attempts:
        analysis.add(attempt)

    assert (time.process_time() - began) / 40_000 < 25e-6
