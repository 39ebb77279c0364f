"""What lies between a gateway and Redis, to be cut."""

import socket
import threading

from redis.asyncio import Redis


class Wire:
    """For `talking`. While it is `cut`, what is sent gets no answer."""

    def __init__(self, redis_url: str) -> None:
        self.cut = False
        self.connections = 0
        self._far_end = Redis.from_url(redis_url).connection_pool.connection_kwargs

    def url(self, port: int) -> str:
        """Redis, as it is reached through the `port` where this wire talks."""
        return f"redis://127.0.0.1:{port}/{self._far_end['db']}"

    def __call__(self, near: socket.socket) -> None:
        self.connections += 1
        with self._connect() as far:
            back = threading.Thread(target=self._pump, args=(far, near), daemon=True)
            back.start()
            self._pump(near, far)
            far.shutdown(socket.SHUT_RDWR)
            back.join()

    def _connect(self) -> socket.socket:
        if "path" in self._far_end:
            far = socket.socket(socket.AF_UNIX)
            far.connect(self._far_end["path"])
            return far
        return socket.create_connection((self._far_end["host"], self._far_end["port"]))

    def _pump(self, source: socket.socket, sink: socket.socket) -> None:
        while data := source.recv(65536):
            if not self.cut:
                sink.sendall(data)
