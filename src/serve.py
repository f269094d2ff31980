"""Serve an exported model through OpenAI's API; `make serve` exports and serves the trained one.

    python src/serve.py models/merged

Answers POST /v1/chat/completions, greedily and with the prompt that was trained. The model's name
is the folder's. Who else can reach the port can ask, so it listens on this machine alone unless
--host says otherwise.
"""

import argparse
from importlib.util import find_spec
from pathlib import Path

from anecdot.common import command
from anecdot.common.errors import UserError

NEEDED = ("fastapi", "openai", "uvicorn")
LOCAL = ("127.0.0.1", "localhost")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path, help="what src/export.py --merged wrote")
    parser.add_argument("--host", default="127.0.0.1", help="default: %(default)s")
    parser.add_argument("--port", type=int, default=8000, help="default: %(default)s")
    args = parser.parse_args()
    if not all(map(find_spec, NEEDED)):
        raise UserError("serving needs more packages: pip install -r requirements-serve.txt")
    if not (args.folder / "generation_config.json").is_file():
        raise UserError(f"{args.folder}: no export here; run `python src/export.py --merged` first")

    import socket

    import uvicorn
    from starlette.middleware.trustedhost import TrustedHostMiddleware

    from anecdot.exporting.server import make_app

    with socket.socket() as free:  # before the model is loaded
        free.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            free.bind((args.host, args.port))
        except (OSError, OverflowError) as error:
            raise UserError(f"{args.host}:{args.port}: {error}; give another --port") from None
    app = make_app(args.folder)
    if args.host in LOCAL:  # a page of another site reaches it under that site's name
        app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(LOCAL))
    print(f"http://{args.host}:{args.port}/v1 serves {args.folder.resolve().name}", flush=True)
    uvicorn.run(app, host=args.host, port=args.port, log_level="info")


if __name__ == "__main__":
    command.run(main)
