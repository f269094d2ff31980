"""Tokenised pairs: of the tokenizer as it is, and which are left out."""

from pathlib import Path

import pytest
from conftest import door, write_rows

from anecdot.common.checkpoints import ROOT
from anecdot.common.errors import UserError
from anecdot.model.base import load_tokenizer
from anecdot.prompting.examples import SHOWN, Example, Room, load_examples
from anecdot.prompting.prompt import encode_pair


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Ten pairs, each longer than the one before; the generator made the last two."""
    monkeypatch.chdir(tmp_path)  # where they are kept tokenised
    rows = [door(n) | {"output_dot": "".join(f"node{i} " for i in range(9 * n))} for n in range(10)]
    made = [row | {"source": "synthesized"} for row in rows[8:]]
    write_rows(Path("pairs.jsonl"), rows[:8] + made)
    return Path("pairs.jsonl")


def test_tokenised_pairs_are_of_the_tokenizer_as_it_is(tiny_base, file):
    tokenizer = load_tokenizer(str(tiny_base))
    write_rows(file, [door(n) for n in range(3)])
    plain = load_examples(file, tokenizer)
    tokenizer.chat_template = (
        "{% for m in messages %}{{ '@' + m['content'] + eos_token }}{% endfor %}"
        "{% if add_generation_prompt %}{{ '@' }}{% endif %}"
    )
    templated = load_examples(file, tokenizer)
    assert templated[0] == Example(**encode_pair(tokenizer, door(0))) != plain[0]
    assert (ROOT / "datasets").is_dir()  # beside the checkpoints, not in the user's cache
    file.write_text("{\n")
    with pytest.raises(UserError, match=r"pairs\.jsonl:1: not valid JSON"):
        load_examples(file, tokenizer)
    for name in ("output_dot", "style"):
        write_rows(file, [door(0), door(1) | {name: 1}])
        with pytest.raises(UserError, match=rf"pairs\.jsonl:2: {name} must be text"):
            load_examples(file, tokenizer)
    write_rows(file, [door(n) | {"style": 1} for n in range(2)])
    with pytest.raises(UserError, match=r"pairs\.jsonl:1: style must be text"):
        load_examples(file, tokenizer)
    file.write_text("")
    with pytest.raises(UserError, match=r"pairs\.jsonl: holds no pairs"):
        load_examples(file, tokenizer)


def test_pairs_that_do_not_fit_are_left_out_and_named(tiny_base, file, capsys):
    tokenizer = load_tokenizer(str(tiny_base))
    whole = load_examples(file, tokenizer)
    lengths = [len(example.input_ids) for example in whole]
    assert lengths == sorted(lengths) == whole.lengths.tolist()
    assert whole.targets == sum(len(e.input_ids) - e.prompt_length for e in whole)
    assert (whole.synthesized, whole.left_out) == (2, {})
    assert capsys.readouterr().err == ""

    some = load_examples(file, tokenizer, Room(lengths[8], limit="it may"))
    assert some.left_out == {9: lengths[9]}
    assert [*some] == [whole[at] for at in some.kept] == [*whole][:9]
    assert (len(some), some.synthesized) == (9, 1)
    assert some.targets == sum(example.targets for example in some)
    line = "left out: it needs {} tokens, more than it may\n"
    assert capsys.readouterr().err == f"{file}:10: " + line.format(lengths[9])

    few = load_examples(file, tokenizer, Room(lengths[2], limit="it may"))
    said = [f"{file}:{n}: " + line.format(lengths[n - 1]) for n in range(4, 4 + SHOWN)]
    said += f"{file}: 7 of its 10 pairs are left out, these among them\n"
    assert capsys.readouterr().err == "".join(said)
    assert few.synthesized == 0
    load_examples(file, tokenizer, Room(lengths[9 - SHOWN], limit="it may"))
    assert capsys.readouterr().err.count("\n") == SHOWN

    # With an answer's budget behind the prompt no pair is short.
    needed = whole[0].prompt_length + 500
    assert load_examples(file, tokenizer, Room(needed + 100, budget=500)).left_out == {}
    with pytest.raises(
        UserError,
        match=f"none of its 10 pairs fits: .* needs {needed} tokens, more than it may; try",
    ):
        load_examples(file, tokenizer, Room(needed - 100, 500, "it may", "try"))
