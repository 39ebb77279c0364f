"""A load generator that costs little: keep-alive connections on asyncio streams, one request at a time on each.

`python -m tests.bench.load HOST PORT CLIENTS SECONDS < request` sends the same bytes over and over and prints JSON.
"""

import asyncio
import json
import sys
import time


async def main(host: str, port: int, clients: int, seconds: float, request: bytes) -> None:
    until = time.perf_counter() + seconds
    results = await asyncio.gather(*(_client(host, port, request, until) for _ in range(clients)))
    latencies = sorted(latency for result in results for latency in result)
    print(
        json.dumps(
            {
                "per_s": len(latencies) / seconds,
                "p50_ms": latencies[len(latencies) // 2] * 1000,
                "p99_ms": latencies[len(latencies) * 99 // 100] * 1000,
            }
        )
    )


async def _client(host: str, port: int, request: bytes, until: float) -> list[float]:
    reader, writer = await asyncio.open_connection(host, port)
    latencies = []
    while (started := time.perf_counter()) < until:
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 20"):
            raise RuntimeError(head.decode())
        length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        await reader.readexactly(length)
        latencies.append(time.perf_counter() - started)
    writer.close()
    return latencies


if __name__ == "__main__":
    host, port, clients, seconds = sys.argv[1:]
    asyncio.run(main(host, int(port), int(clients), float(seconds), sys.stdin.buffer.read()))
