"""Text that is plainly no prompt, and prompts that only look like something else."""

import pytest

from flux2cli.core.batch.other_formats import Found, in_line, in_lines, in_prompt

PROMPTS = [
    'a sign that says {"hello"}',
    '{"hello"}',
    "{red|blue} fox",
    "{a fox} in {snow}",
    "[fox] in the snow",
    '["FOX"] in neon',
    "portrait: a man, 50mm",
    "Title: the fox",
    "prompt: a fox",
    "- a fox",
    "-- a fox",
    "--fox-- in the snow",
    "a fox, an owl, a hen",
    "left, right",
    "a fox; an owl",
    "prompt",
    "a fox --ar 16:9 --seed 7",
    '"a fox"',
    '"SALE" on a sign --seed 7',
    '"SALE" --ar 16:9 --seed 7',
    "flux2 pro style, a fox",
    "<lora:ink:0.8> a fox",
    "---",
    "7",
]


@pytest.mark.parametrize("text", PROMPTS)
def test_a_prompt_is_a_prompt_alone_and_among_others(text: str) -> None:
    assert in_lines([text]) is None
    assert in_lines(["a fox in the snow", text, "an owl"]) is None
    assert in_prompt(text) is None
    assert in_prompt(f"a fox in the snow\n{text}\n") is None


@pytest.mark.parametrize(
    "lines",
    [
        ["a fox, red", "an owl, grey", "a hen, brown"],
        ["portrait: a man", "landscape: a lake", "macro: a bee"],
        ["a sign, prompt and neat", "x, y"],
        ["- a fox", "- an owl"],
        ["Note", "Title"],
        ["Prompt:", "a fox in the snow"],
        ["- size: a huge dragon", "- mode: a dark one"],
        ["---", "portrait: a man", "landscape: a lake"],
    ],
)
def test_prompts_that_are_alike_are_prompts(lines: list[str]) -> None:
    assert in_lines(lines) is None
    assert in_prompt("\n".join(lines)) is None


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        (['{"prompt": "a fox"}'], Found("JSON", "jsonl")),
        (['{"scene": "a fox"}', '{"scene": "an owl"}'], Found("JSON", "jsonl")),
        (["{", '"prompt": "a fox"', "}"], Found("JSON", "jsonl")),
        (["[", '{"prompt": "a fox"},'], Found("JSON", "json")),
        (['[{"prompt": "a fox"},'], Found("JSON", "json")),
        (['["a fox", "an owl"]'], Found("JSON", "json")),
        (["a fox", '{"prompt": "an owl"}'], Found("JSON", "jsonl", 1)),
        (["prompt", "a fox"], Found("a table with a header", "csv")),
        (["Prompt;Seed;Size", "a fox;7;512x512"], Found("a table with a header", "csv")),
        (["id,prompt,seed", "a,a fox,7"], Found("a table with a header", "csv")),
        (["prompt,seed"], Found("a table with a header", "csv")),
        (['"id","prompt"', '"a","a fox, red"'], Found("a table with a header", "csv")),
        (["Prompt\tCategory\tNote", "a fox\tAnimals\t"], Found("a table with a header", "tsv")),
        (["image,left,right", "a.png,64,64"], Found("a table with a header", "csv")),
        (["sep=;", "prompt;seed", "a fox;7"], Found("a table", "csv")),
        (['--prompt "a fox" --seed 7'], Found("a line of flags", None)),
        (['"a fox" --seed 7'], Found("a line of flags", None)),
        (['flux2 flash "a fox" --seed 7'], Found("a command", None)),
        (["a fox", "$ flux2 flash 'an owl'"], Found("a command", None, 1)),
        (["--seed 7 --prompt fox"], Found("a line of flags", None)),
        (["--negative_prompt=x --prompt fox"], Found("a line of flags", None)),
        (["a fox", "--prompt an owl"], Found("a line of flags", None, 1)),
        (["- prompt: a fox", "seed: 7"], Found("YAML", None)),
        (["prompts:", "- a fox"], Found("YAML", None)),
        (["- id: hero", "prompt: a fox"], Found("YAML", None)),
        (["prompt: |", "a fox"], Found("YAML", None)),
        (["---", "- prompt: a fox"], Found("YAML", None)),
        (["---", "prompt: a fox", "seed: 7"], Found("YAML", None)),
        (["prompt: a fox", "seed: 7"], Found("YAML", None)),
        (["positive: a fox", "negative: blurry"], Found("YAML", None)),
        (
            ["a fox", "Negative prompt: blurry", "Steps: 20, Sampler: Euler a"],
            Found("another tool's parameters", None, 1),
        ),
        (["a fox", "Steps: 20, Sampler: Euler a, Seed: 7"], Found("another tool's parameters", None, 1)),
        (["<!DOCTYPE html>", "<html>"], Found("a web page or XML", None)),
        (['<?xml version="1.0"?>'], Found("a web page or XML", None)),
    ],
)
def test_what_is_plainly_no_list_of_prompts_is_named(lines: list[str], found: Found) -> None:
    assert in_lines(lines) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('{"prompt": "a fox", "seed": 7}', Found("JSON", "jsonl")),
        ('{"Prompt": "a fox"}\n{"Prompt": "an owl"}', Found("JSON", "jsonl")),
        ('[\n  {"prompt": "a fox"},\n  {"prompt": "an owl"}\n]', Found("JSON", "json")),
        ('["a fox", "an owl"]', Found("JSON", "json")),
        ("\n Prompt;Seed\na fox;7\n", Found("a table with a header", "csv")),
        ('--prompt "a fox" --seed 7\n', Found("a line of flags", None)),
        ("- prompt: a fox\n  seed: 7\n", Found("YAML", None)),
        ("<html><body>502 Bad Gateway</body></html>", Found("a web page or XML", None)),
    ],
)
def test_what_is_plainly_no_prompt_is_named(text: str, found: Found) -> None:
    assert in_prompt(text) == found


@pytest.mark.parametrize(
    "text",
    [
        '{"scene": "a fox in the snow", "style": "ink", "color_palette": ["#102030"]}',
        '{\n  "subjects": [{"description": "a fox"}],\n  "style": "ink"\n}',
        "Subject: a fox\nStyle: ink\nMode: dark\n",
        "",
    ],
)
def test_a_prompt_that_is_structured_is_one_prompt(text: str) -> None:
    assert in_prompt(text) is None


def test_a_line_among_many_is_named_by_what_it_is() -> None:
    assert in_line('{"prompt": "a fox"},') == Found("JSON", "jsonl")
    assert in_line("--prompt a fox") == Found("a line of flags", None)
    assert in_line("{") is None
    assert in_line("{" * 100_000) is None
