from domain.indicators.weights import Sums

BEGINS, ENDS = {"a": 0.1, "b": 0.2, "c": -0.3}, {"b": 0.7, "d": 0.05}


def test_groups_add_up_as_their_features_do_one_by_one_to_the_last_bit():
    groups = (("a", "x"), ("b",), (), ("c", "d", "a"))
    in_order = [feature for group in groups for feature in group]

    assert Sums(BEGINS, ENDS)(groups) == [
        sum(weights.get(feature, 0.0) for feature in in_order) for weights in (BEGINS, ENDS)
    ]


def test_sums_go_on_from_where_they_start():
    assert Sums(BEGINS)((("b",),), 1.0) == [1.2]


def test_groups_that_say_nothing_add_nothing():
    assert Sums(BEGINS, ENDS)((("x",), ())) == [0.0, 0.0]
