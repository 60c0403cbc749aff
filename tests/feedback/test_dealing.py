"""Records are dealt fairly: by weight at every moment, to nobody twice, to nobody who may not have them."""

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as some

from feedback.dealing import Dealer, shares

WEIGHTS = some.lists(
    some.sampled_from([0.5, 1, 1, 1, 1.5, 2, 3, 5, 10, 97]) | some.integers(1, 60), min_size=1, max_size=12
)
TABLES = some.tuples(WEIGHTS, some.integers(1, 6)).map(
    lambda drawn: (dict(enumerate(drawn[0])), min(drawn[1], len(drawn[0])))
)


@settings(max_examples=100, deadline=None)
@given(TABLES, some.integers(1, 120))
def test_at_every_moment_each_has_their_share_give_or_take_one(table, records):
    weights, overlap = table
    dealer = Dealer(weights, overlap=overlap)
    exact = shares(weights, overlap)
    for number in range(1, records + 1):
        chosen = dealer.deal()
        assert len(set(chosen)) == len(chosen) == overlap
        for person, had in dealer.given.items():
            assert abs(had - number * exact[person]) < 1


@given(TABLES)
def test_shares_are_by_weight_and_nobody_gets_a_record_twice(table):
    weights, overlap = table
    found = shares(weights, overlap)
    assert sum(found.values()) == overlap
    assert all(0 < share <= 1 for share in found.values())
    uncapped = [person for person, share in found.items() if share < 1]
    assert len({found[person] / Fraction(weights[person]) for person in uncapped}) <= 1


@given(TABLES, some.lists(some.sets(some.integers(0, 11)), max_size=80))
def test_nobody_gets_what_they_may_not_have_and_what_is_left_over_is_known(table, forbidden):
    weights, overlap = table
    dealer = Dealer(weights, overlap=overlap)
    dealt = [(dealer.deal(refused), refused) for refused in forbidden]
    for chosen, refused in dealt:
        assert not refused & set(chosen)
        assert len(set(chosen)) == len(chosen) == min(overlap, len(weights.keys() - refused))
    assert dealer.records == sum(bool(weights.keys() - refused) for refused in forbidden)
    assert sum(dealer.given.values()) == sum(len(chosen) for chosen, _ in dealt)


@given(TABLES, some.integers(0, 80), some.integers(1, 40))
def test_it_goes_on_from_what_was_given_as_if_it_had_never_stopped(table, before, after):
    weights, overlap = table
    steady = Dealer(weights, overlap=overlap)
    for _ in range(before):
        steady.deal()
    resumed = Dealer(weights, overlap=overlap, given=dict(steady.given))
    assert [resumed.deal() for _ in range(after)] == [steady.deal() for _ in range(after)]


def test_who_could_not_have_some_records_catches_up_with_the_others():
    dealer = Dealer({"ben": 1, "mia": 1, "kim": 1})
    for _ in range(30):
        dealer.deal({"ben"})
    assert dealer.given == {"ben": 0, "mia": 15, "kim": 15}
    for _ in range(15):
        dealer.deal()
    assert dealer.given == {"ben": 15, "mia": 15, "kim": 15}
