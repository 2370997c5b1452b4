from contest.rules.integrity.devices import address_bursts, shared_devices
from contest.rules.integrity.evidence import LINK, SignalKind, Sitting

MINUTE = 60_000


def sitting(pk, *, person=None, started=0, device="", address=""):
    return Sitting(pk, person or pk, started, 5 * MINUTE, 20, 20, device, address)


def test_one_persons_own_device_says_nothing():
    assert (
        list(shared_devices([sitting(1, person=1, device="a"), sitting(2, person=1, device="a")]))
        == []
    )


def test_a_couple_on_one_device_is_too_little_for_a_link():
    (found,) = shared_devices([sitting(1, device="a"), sitting(2, device="a", started=99 * MINUTE)])

    assert (found.kind, found.participants) == (SignalKind.SHARED_DEVICE, (1, 2))
    assert found.score < LINK


def test_a_helpful_clerk_links_all_the_colleagues():
    relay = [sitting(pk, device="a", started=pk * 6 * MINUTE) for pk in range(1, 11)]

    (found,) = shared_devices(relay)

    assert found.participants == tuple(range(1, 11))
    assert found.score > LINK
    assert found.facts == {"count": 10, "attempts": 10, "relay_percent": 100}


def test_without_a_known_device_nothing_is_said():
    assert list(shared_devices([sitting(1), sitting(2)])) == []


def test_a_burst_is_thirty_people_in_ten_minutes_behind_one_address():
    office = [sitting(pk, address="x", started=pk * MINUTE // 4) for pk in range(1, 31)]

    (found,) = address_bursts(office)

    assert (found.kind, len(found.participants)) == (SignalKind.ADDRESS_BURST, 30)
    assert found.score < LINK
    assert list(address_bursts(office[1:])) == []


def test_thirty_people_over_a_day_are_no_burst():
    office = [sitting(pk, address="x", started=pk * 20 * MINUTE) for pk in range(1, 31)]

    assert list(address_bursts(office)) == []


def test_two_bursts_of_an_address_are_two():
    morning = [sitting(pk, address="x") for pk in range(1, 41)]
    evening = [sitting(pk, address="x", started=600 * MINUTE) for pk in range(41, 81)]

    assert [len(it.participants) for it in address_bursts(morning + evening)] == [40, 40]
