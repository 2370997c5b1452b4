from hypothesis import given, strategies as st

from contest.rules.integrity.clustering import clusters
from contest.rules.integrity.evidence import LINK, Evidence, SignalKind


def evidence(*people, kind=SignalKind.SAME_PERSON_DATA, score=0.9):
    return Evidence(kind, people, score, {})


def groups(*found):
    return [cluster.participants for cluster in clusters(found)]


def test_strong_evidence_ties_people_together_across_pairs():
    assert groups(evidence(1, 2), evidence(2, 3), evidence(7, 8)) == [(1, 2, 3), (7, 8)]


def test_a_shared_address_alone_makes_no_cluster():
    assert groups(evidence(*range(1, 40), kind=SignalKind.ADDRESS_BURST, score=0.2)) == []


def test_weak_evidence_of_two_kinds_about_the_same_people_is_strong_together():
    device = evidence(1, 2, kind=SignalKind.SHARED_DEVICE, score=0.3)
    name = evidence(1, 2, kind=SignalKind.SIMILAR_NAME, score=0.35)

    assert groups(device, name) == [(1, 2)]
    assert groups(device, device) == []


def test_weak_evidence_stands_beside_the_cluster_that_holds_all_its_people():
    weak = evidence(1, kind=SignalKind.TOO_FAST, score=0.4)
    elsewhere = evidence(1, 9, kind=SignalKind.SHARED_DEVICE, score=0.3)

    (cluster,) = clusters([evidence(1, 2), weak, elsewhere])

    assert [it.kind for it in cluster.evidence] == [
        SignalKind.SAME_PERSON_DATA,
        SignalKind.TOO_FAST,
    ]


def test_severity_grows_with_every_kind_and_not_with_repetition():
    (one,) = clusters([evidence(1, 2)])
    (more,) = clusters([evidence(1, 2), evidence(1, kind=SignalKind.TOO_FAST, score=0.4)])
    (repeated,) = clusters([evidence(1, 2), evidence(1, 2, score=0.7)])

    assert one.severity == repeated.severity == 0.9
    assert more.severity == 0.94


def test_the_most_severe_comes_first_and_the_same_finding_has_the_same_key():
    mild, grave = evidence(1, 2, score=0.6), evidence(3, 4)

    assert groups(mild, grave) == [(3, 4), (1, 2)]
    assert {it.key for it in clusters([mild, grave])} == {it.key for it in clusters([grave, mild])}


EVIDENCE = st.builds(
    lambda people, kind, score: Evidence(kind, tuple(sorted(people)), score, {}),
    st.sets(st.integers(1, 12), min_size=1, max_size=4),
    st.sampled_from(SignalKind),
    st.floats(0, 1).map(lambda score: round(score, 2)),
)


@given(st.lists(EVIDENCE, max_size=15), st.randoms())
def test_the_order_of_findings_does_not_matter(found, chance):
    shuffled = list(found)
    chance.shuffle(shuffled)

    assert [(it.participants, it.key) for it in clusters(found)] == [
        (it.participants, it.key) for it in clusters(shuffled)
    ]


@given(st.lists(EVIDENCE, max_size=15))
def test_clusters_share_nobody_and_strong_evidence_is_in_one(found):
    made = clusters(found)

    people = [pk for cluster in made for pk in cluster.participants]
    assert len(people) == len(set(people))
    for it in found:
        if it.score >= LINK:
            assert any(set(it.participants) <= set(cluster.participants) for cluster in made)
