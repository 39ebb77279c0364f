"""HEAD: what GET would answer, without a body. Litestar has it for no route by itself."""

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send


def answering_head(app: ASGIApp) -> ASGIApp:
    """ASGI middleware: HEAD is answered as GET is, without a body."""

    async def middleware(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP or scope["method"] != "HEAD":
            return await app(scope, receive, send)

        async def send_head(message: Message) -> None:
            if message["type"] == "http.response.body":
                message["body"] = b""
            await send(message)

        # Only GET may ask for a part.
        headers = [(name, value) for name, value in scope["headers"] if name != b"range"]
        # A copy: the server looks at its own scope to know what it is answering.
        return await app({**scope, "method": "GET", "headers": headers}, receive, send_head)

    return middleware
