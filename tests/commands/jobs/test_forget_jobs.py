"""`flux2 jobs forget`: words go, costs stay."""

from support.fal_stub import fal
from support.shell import Shell
from support.stub import Stub


def test_forgetting_drops_the_words_keeps_the_cost_and_spares_what_is_not_settled(shell: Shell, stub: Stub) -> None:
    env = fal(stub)
    shell.run("flash", "a secret fox", "--label", "x", env=env)
    shell.run("flash", "a waiting fox", "--no-wait", env=env)
    before = shell.run("cost", "--json").json["total"]["estimated"]

    early = shell.run("jobs", "forget", "--before", "2020-01-01", "--json")
    ran = shell.run("jobs", "forget", "--before", "2100-01-01", "--json")
    again = shell.run("jobs", "forget", "--before", "2100-01-01")

    assert (early.json["forgotten"], ran.json["forgotten"], ran.json["kept"]) == (0, 1, 1)
    assert again.out == "0 jobs forgotten\n"
    assert shell.run("cost", "--json").json["total"]["estimated"] == before
    assert {row["prompt"] for row in shell.run("jobs", "list", "--json").json} == {None, "a waiting fox"}
    everything = b"".join(path.read_bytes() for path in shell.state.rglob("*") if path.is_file())
    assert b"a secret fox" not in everything
    assert b"a-secret-fox" not in everything
    assert shell.run("jobs", "fetch", env=env).out == "a-waiting-fox-5.png\n"
