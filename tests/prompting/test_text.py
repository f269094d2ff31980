"""What a person gives is made plain in one place."""

import pytest

from anecdot.common.errors import UserError
from anecdot.prompting.text import normalise


@pytest.mark.parametrize(
    "given",
    [
        "\ufeffA points to B.\nB to \U0001f469\u200d\U0001f4bb.",
        "A points to B.\r\nB to \U0001f469\u200d\U0001f4bb.\r\n",
        "A\u00a0points\u2009to\u3000B.\rB to \U0001f469\u200d\U0001f4bb.",
        "A poi\u00adnts to\u200b B.\u2028B to \u2066\U0001f469\u200d\U0001f4bb\u2069.  \n",
        "\n\nA points to B.\nB to \U0001f469\u200d\U0001f4bb.",
    ],
)
def test_odd_forms_of_a_text_are_one_text(given):
    assert normalise(given, "x") == "A points to B.\nB to \U0001f469\u200d\U0001f4bb."


def test_what_a_text_says_is_left_alone():
    text = "  a:\n\tb  c\n\n  « é » \u0915\u094d\u200c\u0937"
    assert normalise(text, "x") == text


@pytest.mark.parametrize(
    ("sign", "name"),
    [
        ("\0", "NUL (U+0000)"), ("\x0c", "FF (U+000C)"), ("\x1b", "ESC (U+001B)"),
        ("\x7f", "DEL (U+007F)"), ("\x85", "C1 (U+0085)"), ("\ud83d", "lone surrogate (U+D83D)"),
        ("\ufdd1", "U+FDD1"),
    ],
)  # fmt: skip
def test_other_controls_are_refused_by_name_and_line(sign, name):
    with pytest.raises(UserError) as error:
        normalise(f"one\r\ntwo{sign}", "in.jsonl:7: input_text")
    assert str(error.value).startswith("in.jsonl:7: input_text: ")
    assert name in str(error.value)
    assert "in line 2 of the text" in str(error.value)
    assert "\n" not in str(error.value)
