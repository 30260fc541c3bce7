"""A bad line: a proxy that loses requests and answers, and takes its time."""

from __future__ import annotations

import asyncio
import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

_DEAD_SECONDS = 2.0
"""How long a lost request hangs before its connection ends."""


@dataclass
class LossyLine:
    """One proxy. Each way loses by itself; `lost` counts what did not arrive."""

    target: str
    loss: float
    dice: random.Random
    lost: int = 0
    carried: int = 0
    clear: bool = True
    port: int = 0
    _ready: threading.Event = field(default_factory=threading.Event)
    _loop: asyncio.AbstractEventLoop | None = None
    _over: asyncio.Event | None = None

    def wait(self) -> None:
        self._ready.wait(10)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def serve(self) -> None:
        """Carry until `stop`; what is under way then is dropped."""
        self._loop, self._over = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self._meet, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        async with server:
            await self._over.wait()

    def stop(self) -> None:
        assert self._loop is not None
        assert self._over is not None
        self._loop.call_soon_threadsafe(self._over.set)

    async def _meet(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        try:
            request = await _message(reader)
            if request and not await self._loses():
                answer = await self._forward(request)
                if not await self._loses():
                    writer.write(answer)
                    await writer.drain()
                    self.carried += 1
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _loses(self) -> bool:
        if self.clear:
            return False
        await asyncio.sleep(min(1.5, self.dice.expovariate(1 / 0.2)))
        if self.dice.random() >= self.loss:
            return False
        self.lost += 1
        await asyncio.sleep(_DEAD_SECONDS)
        return True

    async def _forward(self, request: bytes) -> bytes:
        place = urlsplit(self.target)
        reader, writer = await asyncio.open_connection(place.hostname, place.port)
        try:
            writer.write(request)
            await writer.drain()
            return await _message(reader)
        finally:
            writer.close()


async def _message(reader: asyncio.StreamReader) -> bytes:
    """Read one request or answer, and say that no other follows on its connection."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = 0
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    body = await reader.readexactly(length)
    return head[:-2] + b"Connection: close\r\n\r\n" + body


@contextmanager
def lossy(target: str, *, loss: float, seed: int) -> Iterator[LossyLine]:
    """Run the proxy in a thread of its own; it starts clear."""
    line = LossyLine(target, loss, random.Random(seed))
    thread = threading.Thread(target=lambda: asyncio.run(line.serve()))
    thread.start()
    line.wait()
    try:
        yield line
    finally:
        line.stop()
        thread.join(30)
