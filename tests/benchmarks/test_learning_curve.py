"""The learning curve's figures and drawing."""

from xml.etree import ElementTree

from benchmarks.learning_curve import draw, means


def run(size: int | None, seed: int, pairs: int, valid: float) -> dict:
    novel = {"validity_rate": valid, "edge_f1": valid / 2}
    return {"max_pairs": size, "seed": seed, "training_pairs": pairs, "novel": novel}


BASE = run(None, 0, 0, 0.25)
RUNS = [BASE, run(40, 1, 36, 0.5), run(0, 1, 800, 1.0), run(40, 2, 36, 0.75), run(0, 2, 802, 0.9)]


def test_means_are_over_the_seeds_of_a_size():
    base, small, whole = means(RUNS)
    assert [point["training_pairs"] for point in (base, small, whole)] == [0, 36, 801]
    assert small["validity_rate"] == {"mean": 0.625, "low": 0.5, "high": 0.75}
    assert small["seeds"] == 2


def test_the_drawing_shows_every_run_from_the_first_on():
    for count in range(1, len(RUNS) + 1):
        svg = ElementTree.fromstring(draw(RUNS[:count]))
        dots = svg.findall("{*}circle")
        assert len(dots) == 2 * (count - 1)
        places = [(float(dot.get("cx")), float(dot.get("cy"))) for dot in dots]
        assert all(0 < x < 640 and 0 < y < 320 for x, y in places)
    y = [y for _, y in places]
    assert y[1] < y[3] < y[2] < y[0]  # validity: upward for the better
