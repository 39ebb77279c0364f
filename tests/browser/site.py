"""A page's files on a port of their own, as the gateway serves them."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from errand.agents.landing.page import Files

SECURITY_POLICY = (
    "default-src 'none'; img-src 'self' https: data:; media-src https:; style-src 'self'; script-src 'self'; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "frame-src https://www.youtube-nocookie.com https://player.vimeo.com"
)


@contextmanager
def served(files: Files) -> Iterator[str]:
    """The address of the page, which ends with a slash."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            file = files.get(self.path.removeprefix("/") or "index.html")
            self.send_response(200 if file else 404)
            self.send_header("Content-Security-Policy", SECURITY_POLICY)
            self.send_header("Content-Type", file.content_type if file else "text/plain")
            self.end_headers()
            self.wfile.write(file.content if file else b"")

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(303)
            self.send_header("Location", "./#thanks")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()
