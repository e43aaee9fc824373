#!/usr/bin/env python3
"""Makes WARC.gz files of pages cut from fixtures/: make_warc.py PAGES FILE…

The pages are dealt out to the files in equal runs. What a page holds depends on its number only: between one and six kilobytes of a
fixture's lines, a title and a link of its own, in one of four encodings, with a plain, chunked or compressed HTTP body. Every fiftieth
record is none that is read as a page (a picture, a redirect, a request).
"""

import gzip
import random
import sys
import uuid
from pathlib import Path

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
ENCODINGS = ["utf-8"] * 7 + ["windows-1252", "utf-16le", "gb18030"]


def text(path):
    data = path.read_bytes()
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("windows-1252")


def page(number, sources):
    """The page with this number, as text."""
    choice = random.Random(number)
    lines = choice.choice(sources)
    start = choice.randrange(len(lines))
    body, size, wanted = [], 0, choice.randrange(1000, 6000)
    while size < wanted:
        body.append(lines[start % len(lines)])
        size += len(body[-1]) + 1
        start += 1
    return (f"<!DOCTYPE html>\n<html><head><title>Page {number}</title></head>\n<body>\n<p>This is page {number} of a crawl. "
            f"<a href=\"/page/{number + 1}\">The next one is {number + 1}</a>, and this sentence ends here.</p>\n"
            + "\n".join(body) + "\n</body></html>\n")


def http(number, text):
    """A response with the page in it."""
    choice = random.Random(-number)
    encoding = choice.choice(ENCODINGS)
    body = text.encode(encoding, errors="xmlcharrefreplace")
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset={encoding}\r\n"
    if choice.random() < 0.2:
        body = gzip.compress(body, 6, mtime=0)
        head += "Content-Encoding: gzip\r\n"
    if choice.random() < 0.2:
        half = len(body) // 2
        chunks = [body[:half], body[half:], b""]
        body = b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks)
        head += "Transfer-Encoding: chunked\r\n"
    else:
        head += f"Content-Length: {len(body)}\r\n"
    return head.encode() + b"\r\n" + body


def record(name, number, content, kind="response", media="application/http; msgtype=response"):
    identity = uuid.uuid5(uuid.NAMESPACE_URL, name)
    header = (f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: https://example.org/page/{number}\r\n"
              f"WARC-Date: 2026-01-01T00:00:00Z\r\nWARC-Record-ID: <urn:uuid:{identity}>\r\nContent-Type: {media}\r\n"
              f"Content-Length: {len(content)}\r\n\r\n")
    return gzip.compress(header.encode() + content + b"\r\n\r\n", 6, mtime=0)


def other(number):
    """A record that holds no page."""
    return [
        (b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n\x89PNG\r\n", "response", "application/http; msgtype=response"),
        (b"HTTP/1.1 301 Moved\r\nLocation: /\r\n\r\n", "response", "application/http; msgtype=response"),
        (b"GET / HTTP/1.1\r\n\r\n", "request", "application/http; msgtype=request"),
    ][number % 3]


def main():
    count, files = int(sys.argv[1]), sys.argv[2:]
    sources = [text(path).splitlines() for path in sorted(FIXTURES.glob("*/page.html"))]
    for index, name in enumerate(files):
        with open(name, "wb") as file:
            for number in range(count * index // len(files), count * (index + 1) // len(files)):
                if number % 50 == 7:
                    content, kind, media = other(number)
                    file.write(record(f"other {number}", number, content, kind, media))
                file.write(record(f"page {number}", number, http(number, page(number, sources))))


if __name__ == "__main__":
    main()
