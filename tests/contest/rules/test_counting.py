from hypothesis import given, strategies as st

from contest.rules.counting import Ruling, struck


def test_a_ruling_on_a_participant_strikes_all_their_attempts():
    ruled = struck([Ruling(1, participant_id=7)])

    assert not ruled.counts(participant_id=7, attempt_id=1)
    assert ruled.counts(participant_id=8, attempt_id=2)


def test_a_ruling_on_an_attempt_strikes_only_that_one():
    ruled = struck([Ruling(1, attempt_id=1)])

    assert not ruled.counts(participant_id=7, attempt_id=1)
    assert ruled.counts(participant_id=7, attempt_id=2)


def test_what_is_undone_counts_again_unless_another_ruling_strikes_it():
    one, two = Ruling(1, participant_id=7), Ruling(2, attempt_id=1)

    assert struck([one, Ruling(3, undoes=1)]).counts(participant_id=7, attempt_id=1)
    assert not struck([one, two, Ruling(3, undoes=1)]).counts(participant_id=7, attempt_id=1)


@st.composite
def histories(draw):
    rulings = []
    for number in range(1, draw(st.integers(0, 12)) + 1):
        open_ones = {it.number for it in rulings if not it.undoes}
        open_ones -= {it.undoes for it in rulings}
        if open_ones and draw(st.booleans()):
            rulings.append(Ruling(number, undoes=draw(st.sampled_from(sorted(open_ones)))))
        elif draw(st.booleans()):
            rulings.append(Ruling(number, participant_id=draw(st.integers(1, 3))))
        else:
            rulings.append(Ruling(number, attempt_id=draw(st.integers(1, 3))))
    return rulings


@given(histories(), st.randoms())
def test_the_order_of_rulings_does_not_matter(rulings, chance):
    shuffled = list(rulings)
    chance.shuffle(shuffled)

    assert struck(shuffled) == struck(rulings)


@given(histories())
def test_with_everything_undone_everything_counts(rulings):
    undone = {it.undoes for it in rulings}
    lifting = [
        Ruling(100 + it.number, undoes=it.number)
        for it in rulings
        if not it.undoes and it.number not in undone
    ]

    ruled = struck([*rulings, *lifting])

    assert (ruled.participants, ruled.attempts) == (frozenset(), frozenset())
