"""The registry of jobs in flight: what may be on the wire, what a provider has, in the order of their start."""

from flux2cli.engine.in_flight import InFlight


def test_a_job_goes_from_announced_to_accepted_to_gone() -> None:
    jobs = InFlight()
    jobs.announce("a")
    assert (jobs.responses_out(), jobs.submitted()) == (["a"], [])

    jobs.accept("a")
    assert (jobs.responses_out(), jobs.submitted()) == ([], ["a"])

    jobs.remove("a")
    assert (jobs.responses_out(), jobs.submitted()) == ([], [])


def test_a_job_keeps_its_phase_under_its_new_id() -> None:
    jobs = InFlight()
    jobs.announce("row 1")
    jobs.rename("row 1", "abcd2345")

    assert jobs.responses_out() == ["abcd2345"]


def test_a_job_that_this_process_did_not_submit_can_be_added() -> None:
    jobs = InFlight()
    jobs.accept("older")

    assert jobs.submitted() == ["older"]


def test_jobs_are_named_in_the_order_of_their_start() -> None:
    jobs = InFlight()
    for name in ("c", "a", "b"):
        jobs.announce(name)
    jobs.accept("a")

    assert jobs.responses_out() == ["c", "b"]


def test_removing_what_is_not_there_is_no_error() -> None:
    InFlight().remove("a")
