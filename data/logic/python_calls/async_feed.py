import asyncio

async def main():
    feeds = load()
    pages = await gather_all(feeds)
    report(pages)

async def gather_all(feeds):
    return await asyncio.gather(*[fetch(f) for f in feeds])

async def fetch(feed):
    try:
        return await download(feed)
    except OSError:
        return cached(feed)

async def download(feed): ...
def cached(feed): ...
def load(): ...
def report(pages): ...
