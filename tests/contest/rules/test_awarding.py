from hypothesis import given, strategies as st

from contest.rules.awarding import Flag, Given, Placed, Ruled, Stake, Tie, propose

FIRST, SECOND = 1, 2
STAKES = [Stake(FIRST, 1), Stake(SECOND, 2)]


def placed(*places):
    """People 1, 2, 3, ... with these places."""
    return [Placed(winner, place) for winner, place in enumerate(places, start=1)]


def winners(proposal):
    return {it.winner: it.prize for it in proposal.given}


def test_prizes_go_down_the_standings_and_the_next_are_in_reserve():
    proposal = propose(placed(1, 2, 3, 4, 5), STAKES)

    assert winners(proposal) == {1: FIRST, 2: SECOND, 3: SECOND}
    assert [it.winner for it in proposal.reserves] == [4, 5]
    assert (proposal.ties, proposal.left, proposal.flags) == ((), (), frozenset())


def test_equals_share_a_prize_where_there_are_enough_of_it():
    proposal = propose(placed(1, 2, 2, 4), STAKES)

    assert winners(proposal) == {1: FIRST, 2: SECOND, 3: SECOND}
    assert Flag.TIE not in proposal.flags


def test_equals_across_a_boundary_get_nothing_until_the_jury_decides():
    proposal = propose(placed(1, 1, 3, 4), STAKES)

    assert winners(proposal) == {3: SECOND}
    assert proposal.ties == (Tie((1, 2), 1, (Stake(FIRST, 1), Stake(SECOND, 1))),)
    assert proposal.flags == {Flag.TIE}
    assert [it.winner for it in proposal.reserves] == [4]


def test_equals_at_the_last_prize_are_left_to_the_jury():
    proposal = propose(placed(1, 2, 3, 3), STAKES)

    assert winners(proposal) == {1: FIRST, 2: SECOND}
    assert proposal.ties == (Tie((3, 4), 3, (Stake(SECOND, 1),)),)


def test_a_ruling_resolves_a_tie():
    proposal = propose(placed(1, 1, 3, 4), STAKES, ruled=[Ruled(2, FIRST)])

    assert winners(proposal) == {2: FIRST, 1: SECOND, 3: SECOND}
    assert proposal.given[0] == Given(2, FIRST, 1, is_ruled=True)
    assert proposal.flags == frozenset()


def test_who_is_ruled_out_makes_room_for_the_next():
    proposal = propose(placed(1, 2, 3, 4), STAKES, ruled=[Ruled(1, None)])

    assert winners(proposal) == {2: FIRST, 3: SECOND, 4: SECOND}


def test_who_has_a_prize_elsewhere_is_passed_over():
    proposal = propose(placed(1, 2, 3, 4), STAKES, already={1, 3})

    assert winners(proposal) == {2: FIRST, 4: SECOND}
    assert (proposal.left, proposal.flags) == ((Stake(SECOND, 1),), {Flag.TOO_FEW})


def test_more_prizes_than_people_is_flagged():
    proposal = propose(placed(1), STAKES)

    assert winners(proposal) == {1: FIRST}
    assert proposal.left == (Stake(SECOND, 2),)
    assert proposal.flags == {Flag.TOO_FEW}


def test_rulings_that_go_beyond_the_prizes_or_the_standings_are_flagged():
    proposal = propose(placed(1), STAKES, ruled=[Ruled(1, FIRST), Ruled(77, FIRST)])

    assert winners(proposal) == {1: FIRST, 77: FIRST}
    assert proposal.flags == {Flag.TOO_MANY_RULED, Flag.OUTSIDE, Flag.TOO_FEW}


def test_equals_of_the_last_reserve_are_in_reserve_too():
    proposal = propose(placed(1, 2, 2, 2, 2, 2, 2, 8), [Stake(FIRST, 1)])

    assert [it.winner for it in proposal.reserves] == [2, 3, 4, 5, 6, 7]


@st.composite
def boards(draw):
    points = draw(st.lists(st.integers(0, 4), max_size=12))
    people = [
        Placed(winner, 1 + sum(other > own for other in points))
        for winner, own in enumerate(points, start=1)
    ]
    counts = draw(st.lists(st.integers(1, 3), min_size=1, max_size=3))
    stakes = [Stake(prize, count) for prize, count in enumerate(counts, start=1)]
    ruled = draw(
        st.dictionaries(st.integers(1, 12), st.none() | st.integers(1, len(counts)), max_size=3)
    )
    already = draw(st.sets(st.integers(1, 12), max_size=3))
    return people, stakes, [Ruled(*it) for it in ruled.items()], already


@given(boards(), st.randoms())
def test_proposals_keep_what_they_promise(board, chance):
    people, stakes, ruled, already = board
    proposal = propose(people, stakes, ruled=ruled, already=already)
    shuffled = list(people)
    chance.shuffle(shuffled)

    assert propose(shuffled, stakes, ruled=ruled, already=already) == proposal
    by_ranking = [it for it in proposal.given if not it.is_ruled]
    names = [it.winner for it in proposal.given]
    names += [winner for tie in proposal.ties for winner in tie.winners]
    names += [it.winner for it in proposal.reserves]
    assert len(names) == len(set(names))
    assert not {it.winner for it in by_ranking} & (already | {it.winner for it in ruled})
    # nobody who stands lower has a better prize, and equals have the same
    for one in by_ranking:
        for other in by_ranking:
            if one.place <= other.place:
                assert one.prize <= other.prize
            if one.place == other.place:
                assert one.prize == other.prize
    if Flag.TOO_MANY_RULED not in proposal.flags:
        for stake in stakes:
            used = sum(it.prize == stake.prize for it in proposal.given)
            used += sum(
                it.count for tie in proposal.ties for it in tie.stakes if it.prize == stake.prize
            )
            used += sum(it.count for it in proposal.left if it.prize == stake.prize)
            assert used == stake.count
