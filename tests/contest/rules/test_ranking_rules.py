import pytest

from contest.enums import AttemptPolicy, Criterion, RoundsPolicy
from contest.rules.ranking_rules import KNOWN_AT_ONCE, USUAL, BadRulesError, Rules, checked_rules

SCORE, TIME, EARLIER = KNOWN_AT_ONCE


def test_usual_rules_are_known_at_once_and_have_no_tag():
    assert USUAL.live_chain == USUAL.chain == KNOWN_AT_ONCE
    assert not USUAL.settles_later
    assert USUAL.tag == ""


def test_a_live_board_follows_what_is_known_in_the_order_of_the_chain():
    rules = Rules(chain=(SCORE, Criterion.NEAREST, EARLIER, Criterion.LOT))

    assert rules.live_chain == (SCORE, EARLIER)
    assert rules.attempt_order == (SCORE, EARLIER, TIME)
    assert rules.settles_later


def test_every_difference_has_a_tag_of_its_own():
    various = [
        Rules(chain=(SCORE,)),
        Rules(chain=(SCORE, TIME)),
        *(Rules(attempts=policy) for policy in AttemptPolicy if policy is not AttemptPolicy.BEST),
        Rules(rounds=RoundsPolicy.SEPARATE),
        Rules(rounds=RoundsPolicy.BEST_ROUNDS, best_rounds=2),
        Rules(rounds=RoundsPolicy.BEST_ROUNDS, best_rounds=3),
    ]

    assert len({rules.tag for rules in various} | {""}) == len(various) + 1


@pytest.mark.parametrize(
    ("rules", "code"),
    [
        (Rules(chain=()), "score_first"),
        (Rules(chain=(TIME, SCORE)), "score_first"),
        (Rules(chain=(SCORE, TIME, TIME)), "criterion_twice"),
        (Rules(chain=(SCORE, Criterion.NEAREST, Criterion.NEAREST_BELOW)), "two_predictions"),
        (Rules(chain=(SCORE, Criterion.OLDER, Criterion.YOUNGER)), "two_ages"),
        (Rules(chain=(SCORE, Criterion.LOT, TIME)), "lot_last"),
        (Rules(rounds=RoundsPolicy.BEST_ROUNDS), "best_rounds"),
        (Rules(best_rounds=2), "best_rounds"),
    ],
)
def test_rules_that_say_nothing_clear_are_refused(rules, code):
    with pytest.raises(BadRulesError) as refused:
        checked_rules(rules)

    assert refused.value.code == code


def test_clear_rules_come_back():
    rules = Rules(chain=(SCORE, Criterion.NEAREST_BELOW, TIME, Criterion.YOUNGER, Criterion.LOT))

    assert checked_rules(rules) is rules
