"""How each causal architecture of transformers is computed: fast, slower, or refused in a line.

`WRITE_DOCS=1 pytest -n0 tests/model/test_architectures.py` writes docs/ARCHITECTURES.md.
"""

import os

import architectures
import pytest
from conftest import ROOT

PAGE = ROOT / "docs/ARCHITECTURES.md"


@pytest.mark.parametrize("name", architectures.NAMES)
def test_an_architecture_is_computed_exactly_or_refused(name):
    found = architectures.examine(name)
    assert found.loss < 1e-5
    assert found.gradient < 1e-5
    assert found.answers
    assert "\n" not in found.line


def test_the_page_says_what_was_found():
    text = architectures.page({name: architectures.examine(name) for name in architectures.NAMES})
    if "WRITE_DOCS" in os.environ:
        PAGE.parent.mkdir(exist_ok=True)
        PAGE.write_text(text, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == text
