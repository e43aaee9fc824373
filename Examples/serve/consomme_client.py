"""Consommé with one reader kept warm: a client of `consomme serve --stdio` (docs/serve.md), without dependencies.

    python3 consomme_client.py text page.html …     # CONSOMME names the program, else it is looked for
"""

import json
import os
import queue
import struct
import subprocess
import sys
import threading


class Consomme:
    """One process. Answers are dictionaries, as the lines of --format jsonl; look at their "error" first."""

    def __init__(self, *arguments, program=None):
        command = [program or os.environ.get("CONSOMME", "consomme"), "serve", "--stdio", *arguments]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def ask(self, verb, page, *, id=None, url=None, charset=None, **options):
        """What `verb` (links, text, markdown, check, fields) finds in `page`, which is bytes or a string."""
        if isinstance(page, str):
            page, charset = page.encode(), "utf-8"
        header = {"verb": verb, "id": id, "url": url, "charset": charset, "options": options}
        return next(self.ask_all([(header, page)]))

    def ask_all(self, requests):
        """The answers to pairs of header and page, in order; requests are sent while answers are read."""
        sent = queue.Queue()

        def send():
            try:
                for header, page in requests:
                    line = json.dumps(header).encode() + b"\n"
                    self._process.stdin.write(struct.pack(">I", len(line) + len(page)) + line + page)
                    self._process.stdin.flush()
                    sent.put(True)
                sent.put(None)
            except Exception as error:
                sent.put(error)

        threading.Thread(target=send, daemon=True).start()
        for token in iter(sent.get, None):
            if token is not True:
                raise token
            yield json.loads(self._read(*struct.unpack(">I", self._read(4))))

    def _read(self, count):
        data = self._process.stdout.read(count)
        if len(data) < count:
            raise EOFError(f"consomme ended with {self._process.wait()}")
        return data

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._process.communicate()


if __name__ == "__main__":
    with Consomme() as reader:
        pages = (({"verb": sys.argv[1], "id": path}, open(path, "rb").read()) for path in sys.argv[2:])
        for answer in reader.ask_all(pages):
            print(json.dumps(answer, ensure_ascii=False))
