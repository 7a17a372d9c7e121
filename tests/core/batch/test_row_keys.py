"""Seeds, shards, identities, the decision about a row, and the pace of submits: pure functions of a batch."""

import random

import pytest

from flux2cli.core.batch.resume import Action, RetryChoice, decide
from flux2cli.core.batch.row_keys import RowKeys, row_key
from flux2cli.core.batch.seed_list import parse_seeds
from flux2cli.core.batch.shards import Shard, parse_shard
from flux2cli.core.job.job import State
from flux2cli.core.job.throttle import SubmitThrottle
from flux2cli.core.request.file_names import filled
from flux2cli.errors import UsageError


@pytest.mark.parametrize(
    ("text", "seeds"),
    [
        ("7", [7]),
        ("3,5,8", [3, 5, 8]),
        ("8, 3", [8, 3]),
        ("1..4", [1, 2, 3, 4]),
        ("5..5", [5]),
        ("1..3,9", [1, 2, 3, 9]),
        ("0", [0]),
        ("18446744073709551615", [18446744073709551615]),
    ],
)
def test_seeds(text: str, seeds: list[int]) -> None:
    assert parse_seeds(text) == seeds


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "`--seeds `: `` is neither a seed nor a range of seeds."),
        ("1,,2", "`--seeds 1,,2`: `` is neither a seed nor a range of seeds."),
        ("a", "`--seeds a`: `a` is neither a seed nor a range of seeds."),
        ("-1", "`--seeds -1`: `-1` is neither a seed nor a range of seeds."),
        ("1..", "`--seeds 1..`: `1..` is neither a seed nor a range of seeds."),
        ("٣", "`--seeds ٣`: `٣` is neither a seed nor a range of seeds."),
        ("9..3", "`--seeds 9..3`: the range `9..3` ends before it begins."),
        ("4,7,4", "`--seeds 4,7,4` has the seed 4 twice."),
        ("1..5,3", "`--seeds 1..5,3` has the seed 3 twice."),
        ("1..9999999999999", "`--seeds 1..9999999999999` asks for more than 100000 images."),
    ],
)
def test_seeds_that_are_none(text: str, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_seeds(text)

    assert caught.value.message == said


def test_shards_are_disjoint_and_complete() -> None:
    dice = random.Random(7)
    for _ in range(200):
        count = dice.randint(1, 40)
        keys = [f"{dice.getrandbits(128):032x}" for _ in range(dice.randint(0, 300))]
        parts = [Shard(index=n, count=count) for n in range(1, count + 1)]

        assert sorted(key for part in parts for key in keys if part.has(key)) == sorted(keys)


def test_many_machines_all_get_rows() -> None:
    keys = [row_key("00" * 32, row_id=str(n), repeat=0) for n in range(4000)]

    shares = [sum(Shard(index=n, count=40).has(key) for key in keys) for n in range(1, 41)]

    assert 50 < min(shares) <= max(shares) < 160


def test_a_shard_is_about_its_share() -> None:
    keys = [row_key(f"{n:064x}", row_id=None, repeat=0) for n in range(4000)]

    sizes = [sum(Shard(index=n, count=4).has(key) for key in keys) for n in (1, 2, 3, 4)]

    assert min(sizes) > 850


@pytest.mark.parametrize("text", ["", "1", "1/", "/2", "a/2", "1/2/3", "-1/2", "1.5/2", "1/x"])
def test_shards_that_are_none(text: str) -> None:
    with pytest.raises(UsageError, match="is not I/N"):
        parse_shard(text)


@pytest.mark.parametrize("text", ["0/3", "4/3", "0/0"])
def test_parts_that_do_not_exist(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_shard(text)

    assert caught.value.message == f"`--shard {text}`: there is no such part."
    assert "INDEX + 1" in str(caught.value.hint)


def test_a_shard() -> None:
    assert parse_shard(" 2/5") == Shard(index=2, count=5)


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


ALL = RetryChoice(failed=True, moderated=True, unknown=True)

DECISIONS: list[tuple[State, str | None, bool, Action, Action]] = [
    # state, error code, alive, action by itself, action with all three flags
    ("submitting", None, True, "await", "await"),
    ("submitting", None, False, "report", "send"),
    ("submitted", None, True, "await", "await"),
    ("submitted", None, False, "collect", "collect"),
    ("ready", None, True, "await", "await"),
    ("ready", None, False, "collect", "collect"),
    ("unknown", "unknown", False, "report", "send"),
    ("not-sent", "network", False, "send", "send"),
    ("not-sent", "rate_limited", False, "send", "send"),
    ("not-sent", None, False, "send", "send"),
    ("failed", "provider_failed", False, "send", "send"),
    ("failed", "internal", False, "send", "send"),
    ("failed", "usage", False, "report", "send"),
    ("failed", "moderated", False, "report", "send"),
    ("rejected", "usage", False, "report", "send"),
    ("rejected", "auth", False, "send", "send"),
    ("rejected", "balance", False, "send", "send"),
    ("rejected", "provider_failed", False, "send", "send"),
    ("rejected", "moderated", False, "report", "send"),
    ("moderated", "moderated", False, "report", "send"),
    ("cancelled", "cancelled", False, "report", "send"),
    ("expired", "expired", False, "report", "send"),
]


@pytest.mark.parametrize(("state", "code", "alive", "alone", "asked"), DECISIONS)
def test_what_is_done_with_a_row(state: State, code: str | None, alive: bool, alone: Action, asked: Action) -> None:
    assert decide(state, error_code=code, present=False, alive=alive, again=RetryChoice()) == alone
    assert decide(state, error_code=code, present=False, alive=alive, again=ALL) == asked


def test_a_saved_row_is_done_while_its_files_are_there() -> None:
    assert decide("saved", error_code=None, present=True, alive=False, again=ALL) == "skip"
    assert decide("saved", error_code=None, present=False, alive=False, again=RetryChoice()) == "send"


def test_each_flag_sends_its_own_kind_only() -> None:
    ends: list[tuple[State, str]] = [
        ("failed", "usage"), ("moderated", "moderated"), ("rejected", "moderated"), ("unknown", "unknown"),
    ]  # fmt: skip
    flags = [RetryChoice(failed=True), RetryChoice(moderated=True), RetryChoice(unknown=True)]

    sent = [[decide(s, error_code=c, present=False, alive=False, again=f) == "send" for s, c in ends] for f in flags]

    assert sent == [[True, False, False, False], [False, True, True, False], [False, False, False, True]]


def test_an_undisturbed_pace_never_waits() -> None:
    pace = SubmitThrottle()

    assert [pace.turn(1.0) for _ in range(1000)] == [0.0] * 1000


def test_a_named_time_holds_everybody() -> None:
    pace = SubmitThrottle()
    pace.refused(sent=10.0, now=10.1, hold=3.0)

    assert pace.turn(11.0) == pytest.approx(2.1)
    assert pace.turn(13.2) == 0.0


def test_a_shorter_time_does_not_end_a_longer_one() -> None:
    pace = SubmitThrottle()
    pace.refused(sent=10.0, now=10.1, hold=3.0)
    pace.refused(sent=10.0, now=10.2, hold=1.0)
    pace.refused(sent=10.0, now=10.3)

    assert pace.turn(11.0) == pytest.approx(2.1)


def test_each_burst_of_refusals_doubles_the_gap_once() -> None:
    pace = SubmitThrottle()
    for _ in range(20):
        pace.refused(sent=10.0, now=10.1)  # all of one burst
    assert pace.turn(10.1) == pytest.approx(0.05)
    assert pace.turn(10.2) == 0.0
    assert pace.turn(10.2) == pytest.approx(0.05)  # turns are a gap apart from now on

    pace.refused(sent=10.2, now=10.3)
    assert pace.turn(10.3) == pytest.approx(0.1)


def test_the_gap_has_an_end_and_eases_with_success() -> None:
    pace = SubmitThrottle()
    for n in range(30):
        pace.refused(sent=float(n), now=n + 0.5)
    assert pace.turn(29.5) == pytest.approx(5.0)
    for _ in range(40):
        pace.accepted()

    assert pace.turn(100.0) == 0.0
    assert pace.turn(100.0) == 0.0


def test_a_template_with_one_field_known() -> None:
    assert filled("{row}-{slug}{{row}}.{ext}", "row", "12") == "12-{slug}{{row}}.{ext}"
    assert filled("{id}.png", "id", "a{b}") == "a{{b}}.png"
