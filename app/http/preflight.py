"""A refused CORS preflight in the one error body: the framework itself answers it, in plain text."""

import msgspec
from litestar.datastructures import MutableScopeHeaders
from litestar.types import Message, Scope

from app.http.errors import PROBLEM_TYPE, problem_body

_BODY = "refused_preflight"
_REFUSED = "The origin, the method or a header is none that pages of other origins may use."


async def explain_refusal(message: Message, scope: Scope) -> None:
    """Put our body in the place of the framework's, as its messages leave."""
    if scope.get("method") != "OPTIONS":
        return
    if message["type"] == "http.response.start" and message["status"] == 400:
        headers = MutableScopeHeaders.from_message(message)
        if headers["content-type"].startswith("text/plain"):
            problem = problem_body(400, "preflight_refused", _REFUSED, instance=scope["path"])
            body = scope["state"][_BODY] = msgspec.json.encode(problem)
            headers.update(
                {"content-type": PROBLEM_TYPE, "content-length": str(len(body)), "cache-control": "no-store"}
            )
    elif message["type"] == "http.response.body" and _BODY in scope["state"]:
        message["body"] = scope["state"].pop(_BODY)
