#!/usr/bin/env python3
"""Writes models/rehearsal.jsonl: the pages of fixtures/ with what should be read of them, a page a line.

`consomme teach --correct` rehearses them, so that a correction changes nothing else. Run this after every change of a fixture.
"""
import base64
import json
import pathlib

root = pathlib.Path(__file__).resolve().parent.parent
lines = []
for page in sorted((root / "fixtures").glob("*/page.html")):
    folder = page.parent
    content = page.read_bytes()
    row = {"id": folder.name}
    try:
        row["html"] = content.decode("utf-8")
    except UnicodeDecodeError:
        row["html_base64"] = base64.b64encode(content).decode("ascii")
    row["main_text"] = (folder / "text.txt").read_text("utf-8")
    row["links"] = [json.loads(line) for line in (folder / "links.jsonl").read_text("utf-8").splitlines()]
    lines.append(json.dumps(row, ensure_ascii=False, sort_keys=True))
# Pages nobody marked: what the model says of them shall stay.
for page in sorted((root / "fixtures" / "teach").glob("*.html")):
    row = {"id": page.stem, "html": page.read_text("utf-8")}
    lines.append(json.dumps(row, ensure_ascii=False, sort_keys=True))
(root / "models" / "rehearsal.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
