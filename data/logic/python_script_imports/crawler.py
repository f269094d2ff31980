# crawl.py
import asyncio
from collections import deque
from urllib.parse import urljoin

import httpx
from bs4 import BeautifulSoup

async def fetch(url):
    async with httpx.AsyncClient() as client:
        return BeautifulSoup((await client.get(url)).text, "html.parser")
