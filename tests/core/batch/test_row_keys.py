"""The identity of a row: the same however rows are ordered and inserted."""

from flux2cli.core.batch.row_keys import RowKeys, row_key

FOX, OWL = "a" * 64, "b" * 64


def keys_of(*rows: tuple[str, str | None]) -> list[str]:
    keys = RowKeys()
    return [keys.key(request, row_id) for request, row_id in rows]


def test_a_key_is_what_it_always_was() -> None:
    # Output folders hold these: whoever changes them makes every finished row be paid for again.
    assert row_key(FOX, row_id=None, repeat=0) == "bf948fc015187ceba248e98f58bd6fc9"
    assert row_key(FOX, row_id=None, repeat=1) == "a723fff90e247abc1dcc5b1516f00b91"
    assert row_key(FOX, row_id="hero", repeat=0) == "af9a420105eacc286f9d3284145aee3b"


def test_reordering_and_inserting_change_no_other_key() -> None:
    first = keys_of((FOX, None), (OWL, None), (FOX, "hero"))

    assert keys_of((FOX, "hero"), (OWL, None), ("c" * 64, None), (FOX, None)) == [
        first[2],
        first[1],
        keys_of(("c" * 64, None))[0],
        first[0],
    ]


def test_the_same_line_twice_is_two_rows() -> None:
    keys = keys_of((FOX, None), (FOX, None), (FOX, None))

    assert len(set(keys)) == 3
    assert keys_of((FOX, None), (OWL, None), (FOX, None))[2] == keys[1]


def test_a_row_with_an_id_counts_no_repeats() -> None:
    assert keys_of((FOX, "a"), (FOX, None))[1] == keys_of((FOX, None))[0]


def test_the_same_id_with_other_values_is_another_row() -> None:
    assert keys_of((FOX, "hero"))[0] != keys_of((OWL, "hero"))[0]


def test_an_id_may_hold_anything() -> None:
    keys = {row_key("00" * 32, row_id=text, repeat=0) for text in ("1", "über", "狐", "\ud800", "", '"')}

    assert len(keys) == 6


def test_an_id_is_no_number_of_repeats() -> None:
    assert row_key(FOX, row_id="0", repeat=0) != row_key(FOX, row_id=None, repeat=0)
