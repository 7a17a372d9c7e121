"""Words are taken as they are typed; what stands for a number is still read and checked."""

from support.shell import Shell


def test_texts_and_flags_arrive_as_they_were_typed(shell: Shell) -> None:
    ran = shell.run("dev", " 007 ", "--lora", "a/b", "--lora", "c/d:0.5", "--sandbox", "--dry-run", "--json")

    assert ran.code == 0, ran.err
    assert ran.json["body"]["prompt"] == " 007 "
    assert [lora["path"] for lora in ran.json["body"]["loras"]] == ["a/b", "c/d"]


def test_a_number_that_was_typed_is_checked(shell: Shell) -> None:
    word = shell.run("flash", "a fox", "--seeds", "1,2", "-c", "many", "--dry-run")
    bound = shell.run("flash", "a fox", "--seeds", "1,2", "-c", "0", "--dry-run")

    assert (word.code, bound.code) == (2, 2)
    assert "`--concurrency`: Input should be a valid integer" in word.err
    assert "`--concurrency`: Input should be greater than or equal to 1." in bound.err


def test_a_number_that_was_typed_is_a_number(shell: Shell) -> None:
    ran = shell.run("flash", "a fox", "--seeds", "1,2", "-c", "4", "--dry-run")

    assert ran.code == 0, ran.err
