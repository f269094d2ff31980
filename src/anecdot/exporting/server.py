"""The endpoint around transformers' own server: one model, its prompt, requests that are checked.

`transformers serve` answers a request without messages by status 500, reads beyond what the model
was made for, and lets anybody load other models. Here its handler of chat completions answers what
has passed `Handler.check`; whatever has not is refused in the form that OpenAI's clients read.
"""

from pathlib import Path
from typing import Any
from uuid import uuid4

import jinja2
import torch
from fastapi import FastAPI, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from transformers import AutoModelForCausalLM, AutoTokenizer
from transformers.cli.serving.chat_completion import ChatCompletionHandler
from transformers.cli.serving.model_manager import ModelManager
from transformers.cli.serving.utils import GenerationState
from transformers.utils import logging

ROLES = ("system", "user", "assistant")
DECODING = (
    "generation_config", "temperature", "top_p", "seed", "frequency_penalty", "logit_bias",
)  # fmt: skip
BUDGETS = ("max_completion_tokens", "max_tokens")


class Handler(ChatCompletionHandler):
    """Answers chat completions with the model of one folder.

    Args:
        folder: an export.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(ModelManager(), GenerationState())
        logging.disable_progress_bar()
        device = "cuda" if torch.cuda.is_available() else "cpu"
        self.name = folder.resolve().name
        self.tokenizer = AutoTokenizer.from_pretrained(folder)
        self.model = AutoModelForCausalLM.from_pretrained(folder, dtype="auto", device_map=device)
        config = self.model.config.get_text_config()
        self.room = getattr(config, "max_position_embeddings", None)

    def _resolve_model(self, body: dict[str, Any]) -> tuple[str, Any, Any]:
        return self.name, self.model, self.tokenizer

    async def handle_request(self, body: dict[str, Any], request_id: str) -> Any:
        """Answer a request; HTTPException with one line for one that is not right."""
        self.check(body)
        return await super().handle_request(body, request_id)

    def check(self, body: dict[str, Any]) -> None:
        """Refuse what cannot be answered, and give the rest the budget that was measured."""
        if body.get("model", self.name) != self.name:
            raise HTTPException(404, f"model: this server has {self.name} alone")
        for key in DECODING:  # greedy as it was measured, whatever is asked
            body.pop(key, None)
        messages = body.get("messages")
        if not isinstance(messages, list) or not messages:
            raise HTTPException(400, "messages: give a list with a message of role user")
        for number, message in enumerate(messages):
            where = f"messages[{number}]"
            if not isinstance(message, dict) or message.get("role") not in ROLES:
                raise HTTPException(400, f"{where}: give a role, one of {', '.join(ROLES)}")
            if not isinstance(message.get("content"), str):
                raise HTTPException(400, f"{where}: give content that is a text")
        if messages[-1]["role"] != "user" or not messages[-1]["content"].strip():
            raise HTTPException(400, "messages: the last one must be the user's, and not empty")
        name = next((name for name in BUDGETS if body.get(name) is not None), "max_tokens")
        budget = body.setdefault(name, self.model.generation_config.max_new_tokens)
        if type(budget) is not int or budget < 1:
            raise HTTPException(400, f"{name}: give a whole number of 1 or more")
        self._check_length(messages, budget)

    def _check_length(self, messages: list[dict[str, str]], budget: int) -> None:
        try:
            prompt = self.tokenizer.apply_chat_template(
                messages, add_generation_prompt=True, return_dict=False
            )
        except jinja2.TemplateError as error:
            raise HTTPException(400, f"messages: the prompt refuses them ({error})") from None
        if self.room and len(prompt) + budget > self.room:
            raise HTTPException(
                400,
                f"messages: with {budget} tokens for the answer they need {len(prompt) + budget}, "
                f"more than the {self.room} that the model reads; shorten them or lower max_tokens",
            )


def make_app(folder: Path) -> FastAPI:
    """The endpoint of an export: /v1/chat/completions, /v1/models and /health."""
    handler = Handler(folder)
    app = FastAPI(title="AnecDOT", docs_url=None, redoc_url=None)

    @app.exception_handler(HTTPException)
    async def refused(_: Request, error: HTTPException) -> JSONResponse:
        return _error(error.status_code, str(error.detail))

    @app.exception_handler(RequestValidationError)
    async def unread(_: Request, error: RequestValidationError) -> JSONResponse:
        return _error(400, f"the body must be a JSON object ({error.errors()[0]['msg']})")

    @app.post("/v1/chat/completions")
    async def complete(body: dict) -> Any:
        return await handler.handle_request(body, f"chatcmpl-{uuid4().hex}")

    @app.get("/v1/models")
    async def models() -> dict[str, Any]:
        return {"object": "list", "data": [{"id": handler.name, "object": "model"}]}

    @app.get("/health")
    async def health() -> dict[str, str]:
        return {"status": "ok"}

    return app


def _error(status: int, message: str) -> JSONResponse:
    kind = {"message": message, "type": "invalid_request_error"}
    return JSONResponse({"error": kind}, status)
