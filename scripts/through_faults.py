#!/usr/bin/env python3
"""What one planted fault a page changes in links and words, by reader.

usage: through_faults.py PROGRAM PAGES.jsonl[.zst] [COUNT] [LARGEST-PAGE-BYTES]

Each page is broken once by `consomme train prepare --corrupt 1`. A reader's own result on the page before is the truth for it, so that
only what the fault did is counted: addresses and words lost or gained, of the whole page and of its main text. Beside our readers, where
selectolax is installed, lexbor (browser-grade recovery) reads links and words of the whole page. Prints a table in Markdown.
"""
import collections, json, re, subprocess, sys, tempfile

WORD = re.compile(r"\w+")


def run(program, verb, pages, *options):
    command = [program, *verb, "--format", "jsonl", "--quiet", *options, pages]
    out = subprocess.run(command, stdout=subprocess.PIPE, check=False).stdout
    return {row["id"]: row for row in map(json.loads, out.splitlines())}


def prepared(program, pages, *options):
    command = [program, "train", "prepare", "--as-served", *options, pages]
    out = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False).stdout
    return {row["id"]: row for row in map(json.loads, out.splitlines()) if row.get("html")}


def lexbor(rows):
    from selectolax.lexbor import LexborHTMLParser

    links, words = {}, {}
    for number, row in rows.items():
        tree = LexborHTMLParser(row["html"])
        links[number] = [a.attributes["href"] or "" for a in tree.css("a[href], area[href]")]
        for node in tree.css("script, style, noscript, template"):
            node.decompose()
        words[number] = WORD.findall(tree.body.text(separator=" ") if tree.body else "")
    return links, words


def readings(program, rows, readers):
    """By reader and what is read: id -> list of items."""
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as file:
        for row in rows.values():
            file.write(json.dumps({"id": row["id"], "html": row["html"]}) + "\n")
        file.flush()
        result = {}
        for reader in readers:
            if reader == "lexbor":
                result[reader, "links"], result[reader, "words"] = lexbor(rows)
                continue
            found = run(program, ["links"], file.name, "--reader", reader)
            result[reader, "links"] = {i: [x["href"] for x in r.get("links") or []] for i, r in found.items()}
            if reader == "regex":
                continue
            for what, options in (("words", ["--whole-page"]), ("main words", [])):
                found = run(program, ["text"], file.name, "--reader", reader, *options)
                result[reader, what] = {i: WORD.findall(r.get("text") or "") for i, r in found.items()}
    return result


def main():
    program, pages = sys.argv[1:3]
    count = int(sys.argv[3]) if len(sys.argv) > 3 else 300
    largest = int(sys.argv[4]) if len(sys.argv) > 4 else 100_000
    broken = {i: r for i, r in prepared(program, pages, "--corrupt", "1", "--seed", "1").items() if r.get("faults")}
    clean = prepared(program, pages)
    chosen = [i for i in broken if i in clean and len(clean[i]["html"]) <= largest][:count]
    readers = ["neural", "libxml2", "regex"]
    try:
        import selectolax.lexbor  # noqa: F401

        readers.append("lexbor")
    except ImportError:
        pass
    before = readings(program, {i: clean[i] for i in chosen}, readers)
    after = readings(program, {i: broken[i] for i in chosen}, readers)
    print(f"{len(chosen)} pages, one planted fault each; lost + gained a page, and the share of pages without any change\n")
    print("| reader | links | unchanged | words | unchanged | main words | unchanged |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    for reader in readers:
        cells = []
        for what in ("links", "words", "main words"):
            if (reader, what) not in before:
                cells += ["", ""]
                continue
            changes = []
            for number in chosen:
                a = collections.Counter(before[reader, what].get(number, []))
                b = collections.Counter(after[reader, what].get(number, []))
                changes.append(sum(((a - b) + (b - a)).values()))
            cells += [f"{sum(changes) / len(changes):.2f}", f"{sum(c == 0 for c in changes) / len(changes):.3f}"]
        print(f"| {reader} | " + " | ".join(cells) + " |")


main()
