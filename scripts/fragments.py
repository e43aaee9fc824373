#!/usr/bin/env python3
"""Small pages from large ones: runs of elements out of the main container of train pages, as fragments people paste.

usage: fragments.py [--around] OUTPUT.jsonl FILE.jsonl.zst ...
(needs lxml from PyPI and zstd; rows of another split than train are left out)

--around puts small parts of the same page that are not main content (menus, footers) before and behind half of them.
"""
import collections, json, random, re, subprocess, sys
from lxml import html

random.seed(20261123)
words = lambda text: re.findall(r"\w+", text)
DROP = {"script", "style", "noscript", "template", "iframe", "svg"}


def container(tree, gold):
    best, best_score = None, 0
    total = sum(gold.values())
    for element in tree.iter("div", "article", "main", "section", "td", "body"):
        found = collections.Counter(words(element.text_content()))
        common = sum((found & gold).values())
        if common < 0.5 * total or not common:
            continue
        precision, recall = common / sum(found.values()), common / total
        score = 2 * precision * recall / (precision + recall)
        if score > best_score + 0.001:
            best, best_score = element, score
    return (best, best_score) if best is not None else (None, 0)


def asides(tree, best):
    """Small elements of the page outside its main container, with some text."""
    inside = set(best.iter())
    above = set(best.iterancestors())
    found = []
    for element in tree.iter("nav", "footer", "header", "ul", "aside", "div", "p"):
        if element in inside or element in above or len(found) > 40:
            continue
        markup = html.tostring(element, encoding="unicode", with_tail=False)
        if 20 < len(markup) < 900 and words(element.text_content()):
            found.append(markup)
    return found


def wrap(body, title):
    kind = random.random()
    if kind < 0.35:
        return body
    if kind < 0.55:
        return f"<html><body>{body}</body></html>"
    if kind < 0.7:
        return f"<!DOCTYPE html>\n<html>\n<head><title>{title}</title></head>\n<body>\n{body}\n</body>\n</html>\n"
    if kind < 0.8:
        return f"<!doctype html><meta charset=utf-8><title>{title}</title>{body}"
    if kind < 0.9:
        return f"<div>{body}</div>"
    return f'<html lang="en"><head><meta charset="utf-8"><title>{title}</title></head><body><main>{body}</main></body></html>'


def main(output, files):
    count = size = 0
    with open(output, "w") as out:
        for file in files:
            process = subprocess.Popen(["zstd", "-dc", file], stdout=subprocess.PIPE)
            for line in process.stdout:
                row = json.loads(line)
                if row.get("split", "train") != "train" or not row.get("html") or len(row["html"]) > 400_000:
                    continue
                gold_text = row.get("markdown") or row.get("main_text")
                if not gold_text:
                    continue
                gold = collections.Counter(words(gold_text))
                if sum(gold.values()) < 30:
                    continue
                try:
                    tree = html.fromstring(row["html"].encode(), parser=html.HTMLParser(encoding="utf-8"))
                except Exception:
                    continue
                for element in list(tree.iter(*DROP)):
                    element.drop_tree()
                best, score = container(tree, gold)
                if best is None or score < 0.85:
                    continue
                children = [c for c in best if isinstance(c.tag, str)]
                around = asides(tree, best) if AROUND else []
                title = " ".join((row.get("title") or "A page").split()).replace("<", "&lt;").replace("&", "&amp;")[:80]
                for _ in range(5):
                    if not children:
                        break
                    limit = int(2 ** random.uniform(6.5, 12))
                    start, pieces, text = random.randrange(len(children)), [], []
                    used = 0
                    for child in children[start:]:
                        markup = html.tostring(child, encoding="unicode", with_tail=False)
                        if pieces and used + len(markup) > limit or len(markup) > 8000 or "gutter" in markup or "linenos" in markup:
                            break
                        pieces.append(markup)
                        text.append(child.text_content())
                        used += len(markup)
                    joined = "\n".join(t.strip() for t in text).strip()
                    if len(words(joined)) < 2:
                        continue
                    if around and random.random() < 0.6:
                        if random.random() < 0.75:
                            pieces.insert(0, random.choice(around))
                        if random.random() < 0.5:
                            pieces.append(random.choice(around))
                    page = wrap(random.choice(["\n", "", "\n\n"]).join(pieces), title)
                    out.write(json.dumps({"html": page, "main_text": joined, "page_type": row.get("page_type")}, ensure_ascii=False) + "\n")
                    count += 1
                    size += len(page.encode())
    print(count, "fragments", size, "bytes")


arguments = sys.argv[1:]
AROUND = "--around" in arguments
arguments = [a for a in arguments if a != "--around"]
main(arguments[0], arguments[1:])
