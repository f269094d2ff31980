"""Make `dvc plots show` and `dvc plots diff` work without a network.

    make plots              installs what this needs, runs it, then draws
    python src/plots.py     writes .dvc/plots/page.html and tells DVC to use it

DVC's own page loads Vega's scripts from a CDN. This one has them inside, taken from the package
vl-convert-python; neither it nor the setting (.dvc/config.local) is in Git.
"""

import argparse
import subprocess
import sys
from pathlib import Path

from anecdot.common import command
from anecdot.common.errors import UserError
from anecdot.common.files import atomic_write

PAGE = Path(".dvc/plots/page.html")
VEGA_LITE = "5.21"
"""Of the version that DVC's templates are written for, the newest in the package."""

TEMPLATE = """<!DOCTYPE html>
<html>
<head>
<meta charset="utf-8">
{refresh_tag}
<title>Plots</title>
<style>table { border-spacing: 15px; }</style>
<script>%s</script>
</head>
<body>
{plot_divs}
</body>
</html>
"""


def main() -> None:
    argparse.ArgumentParser(description=__doc__.split("\n")[0]).parse_args()
    try:
        from vl_convert import javascript_bundle
    except ImportError:
        raise UserError("the plots' scripts are missing; run `make plots`") from None
    scripts = javascript_bundle("window.vegaEmbed = vegaEmbed;", vl_version=VEGA_LITE)
    with atomic_write(PAGE) as file:
        file.write(TEMPLATE.replace("%s", scripts))
    place = str(PAGE.relative_to(".dvc"))
    setting = ["config", "--local", "plots.html_template", place]
    if subprocess.run([sys.executable, "-m", "dvc", *setting], check=False).returncode:
        raise UserError("dvc cannot be told where the page is; its words stand above")


if __name__ == "__main__":
    command.run(main)
