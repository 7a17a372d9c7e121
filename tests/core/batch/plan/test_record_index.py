"""The records of a folder, by row key, by id and prompt file, and by request."""

from flux2cli.core.batch.plan.record import ImageRecord
from flux2cli.core.batch.plan.record_index import RecordIndex

FOX = ImageRecord(path="/o/fox.png", job_id="j1", created_at="1", key="k1", id="fox", source="p.csv", request_key="r1")
FOX_2 = ImageRecord(path="/o/fox-2.png", job_id="j1", created_at="1", key="k1", index=1, id="fox", source="p.csv")
NEWER = ImageRecord(path="/o/new.png", job_id="j2", created_at="2", key="k1", id="fox", source="p.csv")
OWL = ImageRecord(path="/o/owl.png", job_id="j3", created_at="1", key="k2", id="owl", source="q.csv")
OLD = ImageRecord(path="/o/old.png", job_id="j4", created_at="0", key="k3", id="hen")
SINGLE = ImageRecord(path="/o/single.png", job_id="j5", created_at="1", request_key="r9")
BROKEN = ImageRecord(path="/o/broken.png", problem="unreadable")


def index() -> RecordIndex:
    return RecordIndex([FOX_2, OWL, NEWER, FOX, OLD, SINGLE, BROKEN])


def test_the_images_of_a_job_in_their_order_and_the_newest_job_first() -> None:
    assert index().of_keys(["k1"]) == [(NEWER,), (FOX, FOX_2)]
    assert index().of_keys(["none", "k2"]) == [(OWL,)]


def test_an_id_counts_within_its_prompt_file_and_in_records_that_name_none() -> None:
    assert index().of_id("p.csv", "fox") == [(NEWER,), (FOX, FOX_2)]
    assert index().of_id("q.csv", "fox") == []
    assert index().of_id("p.csv", "hen") == [(OLD,)]
    assert index().of_id("p.csv", None) == []


def test_images_without_a_row_are_found_by_their_request() -> None:
    assert index().of_request(["r9"]) == [(SINGLE,)]
    assert index().of_request(["r1"]) == [], "it has a row"


def test_a_record_that_cannot_be_read_is_found_by_its_path() -> None:
    assert index().at("/o/broken.png") == BROKEN
    assert index().at("/o/none.png") is None


def test_what_no_row_of_the_prompt_files_claims_is_left() -> None:
    found = index()
    found.claim((NEWER,))
    found.claim((OWL,))

    assert list(found.left(["p.csv", "q.csv"])) == [FOX_2, FOX]
    assert list(found.left(["q.csv"])) == []
    assert found.is_claimed(NEWER)
    assert not found.is_claimed(FOX)
