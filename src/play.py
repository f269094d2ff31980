"""A page to try the adapter: base, tuned and constrained side by side, drawn as they answer.

    python src/play.py
    python src/play.py --port 8080 --adapter models/adapter

Serves this machine alone, until Ctrl-C.
"""

import argparse
import os
import signal
import sys
import threading
from pathlib import Path

from anecdot.common import command
from anecdot.common.params import read_params
from anecdot.model import released


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--adapter", type=Path, help=released.DEFAULT)
    parser.add_argument("--port", type=int, default=7860, help="default: 7860; 0 takes a free one")
    parser.add_argument(
        "--host", default="127.0.0.1", help="default: 127.0.0.1; 0.0.0.0 lets other machines in"
    )
    args = parser.parse_args()
    args.adapter, params = released.choose(args.adapter, read_params())
    from anecdot.play.server import Server

    # Before any thread starts, since each inherits what is blocked.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    threading.Thread(target=end_on_interrupt, daemon=True).start()
    with Server(args.host, args.port) as server:  # a port that is taken shows before the loading
        print("loading ...", file=sys.stderr, flush=True)
        from anecdot.play.models import Models
        from anecdot.play.page import read_examples, render

        examples = read_examples()
        server.page = render(params.model_name, examples)
        targets = {example.text: example.target for example in examples}
        models = Models(params, args.adapter, targets)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        print(f"{server.url} (Ctrl-C ends it)", flush=True)
        server.line.work(models.answer)


def end_on_interrupt() -> None:
    """Wait for Ctrl-C and end at once: there is nothing to keep, and an orderly end lasts seconds.

    A thread of its own waits, since a handler runs only when the main thread next runs Python: a
    signal that comes as that thread falls asleep would be seen at the next text.
    """
    signal.sigwait({signal.SIGINT})
    os.write(sys.stderr.fileno(), b"\nended\n")
    os._exit(0)


if __name__ == "__main__":
    command.run(main)
