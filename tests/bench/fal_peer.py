"""The peer of `batch_throughput.py`: fal's own asynchronous client with a plain write, as a script would have it."""

import asyncio
import sys
from pathlib import Path

import fal_client.client as c
import httpx


async def main(base: str, rows: int, flights: int, out: Path) -> None:
    """Make `rows` images with `flights` in flight, and write each to `out`."""
    c.RUN_URL_FORMAT, c.QUEUE_URL_FORMAT = f"{base}/run/", f"{base}/queue/"
    c.REST_URL, c.CDN_URL = f"{base}/rest", f"{base}/cdn"
    client = c.AsyncClient(key="id:secret")
    slots = asyncio.Semaphore(flights)
    async with httpx.AsyncClient(limits=httpx.Limits(max_connections=flights)) as web:

        async def one(number: int) -> None:
            async with slots:
                made = await client.subscribe(
                    "fal-ai/flux-2/flash", {"prompt": f"a fox number {number}", "seed": number}
                )
                reply = await web.get(made["images"][0]["url"])
                (out / f"{number}.png").write_bytes(reply.content)

        await asyncio.gather(*(one(number) for number in range(rows)))


if __name__ == "__main__":
    Path(sys.argv[4]).mkdir(parents=True, exist_ok=True)
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4])))
