#!/usr/bin/env python3
"""Opens the reports in a headless Chromium and reads them back: test-reports.py PROGRAM [FOLDER]

Both reports and the summary are made from the fixtures, from hostile pages and from a page of a megabyte; at 360 and 1280
pixels, light and dark, they must not scroll sideways and every text must have a contrast of 4.5 or more. FOLDER gets the
screenshots that docs/reports.md shows.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from chromium import Browser  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent
FAULTY = Path("fixtures/recipe/faulty/broken-comment.html")  # from ROOT

# The pictures in docs/reports.md: report, width, dark.
SHOWN = [("entropy", 1280, False), ("entropy", 360, True), ("compare", 1280, True), ("compare", 360, False), ("summary", 1280, False)]

# What a page may do to get out of its report; each would set a global variable, open a dialog or load something.
HOSTILE = """<!DOCTYPE html><title></title><script>window.broken = 1</script></title></pre></section></style></script>
<script>window.broken = 2</script><img src="https://evil.example/x.png" onerror="window.broken = 3"><svg onload="broken=4">
<a href="javascript:window.broken=5">one</a><a href='"><script>window.broken=6</script>'>two</a>
<a href="x" onmouseover="window.broken=7" style="position:fixed;inset:0">three</a>
<iframe srcdoc="<script>parent.broken=8</script>"></iframe><link rel=stylesheet href="https://evil.example/x.css">
<p>&lt;script>window.broken=9&lt;/script> &lt;img src=x onerror=window.broken=10></p><base href="https://evil.example/">
<h1 id=summary class=summary>A &amp;lt;b&amp;gt; <b onclick=alert(1)>heading</b></h1><main class=summary>&#x202E;evil</main>
<p title="</a></pre><script>window.broken=11</script>">]]> --> <!-- </p><p data-x='\x00'>{{constructor}} ${window.broken=12}</p>
<table><tr><td colspan=99999999>x<td>""" + "wide" * 400 + """</table><meta http-equiv=refresh content="0;url=https://evil.example/">"""

# For every element that shows text of its own: text colour against what is painted behind it (WCAG 2.2, 1.4.3).
CONTRAST = r"""(() => {
  const parse = c => { const n = c.match(/[\d.]+/g).map(Number); return [n[0], n[1], n[2], n[3] ?? 1]; };
  const over = (a, b) => [0, 1, 2].map(i => a[i] * a[3] + b[i] * (1 - a[3])).concat(1);
  const light = c => { const [r, g, b] = c.map(v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const behind = e => {
    const layers = [];
    for (; e; e = e.parentElement) { const c = parse(getComputedStyle(e).backgroundColor); if (c[3]) layers.push(c); if (c[3] === 1) break; }
    return layers.reverse().reduce((below, c) => over(c, below), [255, 255, 255, 1]);
  };
  const ratio = (a, b) => { const [x, y] = [light(a), light(b)].sort((p, q) => q - p); return (x + 0.05) / (y + 0.05); };
  let worst = 99, where = '', seen = new Set();
  const check = (style, ground, name) => {
    const ink = over(parse(style.color), ground), key = ink + '|' + ground;
    if (seen.has(key)) return;
    seen.add(key);
    const r = ratio(ink, ground);
    if (r < worst) [worst, where] = [r, name];
  };
  for (const e of document.body.querySelectorAll('*')) {
    if (e.closest('script, style, svg, [hidden], .hidden')) continue;
    const style = getComputedStyle(e);
    if ([...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())) check(style, behind(e), e.outerHTML.slice(0, 80));
    for (const pseudo of ['::before', '::after']) {
      const p = getComputedStyle(e, pseudo);
      if (p.content === 'none' || p.content === 'normal') continue;
      const own = parse(p.backgroundColor);
      check(p, own[3] ? over(own, behind(e)) : behind(e), pseudo + ' of ' + e.outerHTML.slice(0, 80));
    }
  }
  return { worst, where, colours: seen.size };
})()"""

NAMELESS = r"""[...document.querySelectorAll('a[href], button, input, [tabindex], [role=img], table')].filter(e =>
  !(e.ariaLabel || e.textContent.trim() || e.getAttribute('aria-labelledby'))).map(e => e.outerHTML.slice(0, 80))"""
DOUBLE_IDS = "(ids => ids.length - new Set(ids).size)([...document.querySelectorAll('[id]')].map(e => e.id))"
BROKEN_LINKS = """[...document.querySelectorAll('a[href^="#"]')].filter(a => !document.getElementById(a.hash.slice(1))).map(a => a.hash)"""


class Checks:
    def __init__(self):
        self.count = self.failed = 0

    def expect(self, good, sentence):
        self.count += 1
        if not good:
            self.failed += 1
            print(f"FAILED  {sentence}")


def consomme(program, *arguments, codes=(0, 1), cwd=ROOT):
    run = subprocess.run([program, *map(str, arguments)], capture_output=True, cwd=cwd)
    if run.returncode not in codes:
        sys.exit(f"consomme {' '.join(map(str, arguments))}: {run.stderr.decode()}")
    return run.stdout


def diagnostics(program, page):
    return json.loads(consomme(program, "check", "--format", "jsonl", page))["diagnostics"]


def check_looks(browser, checks, name, shots=None):
    """Everything that must hold for any report, at each width and in both schemes."""
    for width, height in [(1280, 900), (360, 740)]:
        for dark in [False, True]:
            browser.show(width, height, dark)
            browser.frames()
            place = f"{name}, {width} px, {'dark' if dark else 'light'}"
            sizes = browser.run("[document.documentElement.scrollWidth, innerWidth]")
            checks.expect(sizes[0] <= sizes[1], f"{place}: {sizes[0]} px of content in {sizes[1]}")
            found = browser.run(CONTRAST)
            checks.expect(found["worst"] >= 4.5, f"{place}: contrast {found['worst']:.2f} at {found['where']}")
            if name == "entropy":
                browser.run("document.querySelector('.faults a').click()")
                browser.frames()
            if shots and (name, width, dark) in SHOWN:
                browser.screenshot(shots / f"{name}-{width}-{'dark' if dark else 'light'}.png")
    browser.show(1280, 900, False)
    nameless = browser.run(NAMELESS)
    checks.expect(not nameless, f"{name}: without an accessible name: {nameless}")
    checks.expect(browser.run(DOUBLE_IDS) == 0, f"{name}: an id is there twice")
    checks.expect(not browser.run(BROKEN_LINKS), f"{name}: links to nowhere: {browser.run(BROKEN_LINKS)}")
    checks.expect(browser.run("document.documentElement.lang && document.title"), f"{name}: no language or title")
    levels = browser.run("[...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].map(h => +h.tagName[1])")
    checks.expect(
        levels.count(1) == 1 and all(b <= a + 1 for a, b in zip(levels, levels[1:])), f"{name}: headings {levels}")
    complaints = browser.complaints()
    checks.expect(not complaints, f"{name}: {complaints[:3]}")


def check_source(browser, checks, name, page, found):
    """The heat map: marks, hover, keyboard, slider."""
    text = page.decode("utf-8")
    marks = browser.run("document.querySelectorAll('.source a.f').length")
    checks.expect(marks == len(found) > 0, f"{name}: {marks} marks for {len(found)} diagnostics")
    shown = browser.run("[...document.querySelectorAll('.source pre')].map(p => p.textContent).join('')")
    checks.expect(shown == text, f"{name}: the source is not the page's")

    # Point at the middle of a character far down; the readout names it.
    target = text.index("</h1>")
    place = browser.run(f"""(() => {{
      let left = {target}, block;
      for (block of document.querySelectorAll('.source pre')) {{ if (left < block.textContent.length) break; left -= block.textContent.length; }}
      const walker = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
      let node;
      while ((node = walker.nextNode()) && left >= node.length) left -= node.length;
      block.scrollIntoView();
      const range = document.createRange();
      range.setStart(node, left); range.setEnd(node, left + 1);
      scrollBy(0, range.getBoundingClientRect().top - 400);
      const r = range.getBoundingClientRect();
      return [r.left + r.width / 2, r.top + r.height / 2];
    }})()""")
    browser.frames()
    browser.point(*place)
    readout = browser.run("document.querySelector('.readout').textContent")
    before = text[:target]
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    wanted = f"line {line}, column {column} · byte {len(before.encode())}"
    checks.expect(readout.startswith("<  ") and "bits per byte" in readout and readout.endswith(wanted),
                  f"{name}: hover says “{readout}”, not “{wanted}”")

    # The keyboard moves on and is read out; N goes to a fault.
    browser.run("document.querySelector('.source').focus()")
    browser.key("ArrowRight")
    readout = browser.run("document.querySelector('.readout').textContent")
    checks.expect(readout.startswith("/  ") and f"column {column + 1} " in readout, f"{name}: → says “{readout}”")
    checks.expect(browser.run("document.querySelector('.readout').ariaLive") == "polite", f"{name}: → is not read out")
    browser.key("ArrowLeft")
    checks.expect(f"column {column} " in browser.run("document.querySelector('.readout').textContent"), f"{name}: ←")
    browser.key("n")
    in_sight = """(e => { const r = e.getBoundingClientRect();
      return e.matches('a.f') && r.top > document.querySelector('.strip').getBoundingClientRect().bottom && r.bottom < innerHeight; })
      (document.activeElement)"""
    checks.expect(browser.run(in_sight), f"{name}: N does not bring a fault into sight")

    # The list leads to the mark, the mark back to the list.
    browser.run("document.querySelector('.faults a').click()")
    browser.frames()
    checks.expect(browser.run("document.querySelector(location.hash)?.matches('a.f')"), f"{name}: fault 1 has no mark")
    mark = browser.run("document.querySelector('a.f[data-n=\"1\"]').textContent")
    start = len(page[: found[0]["offset"]].decode("utf-8", "ignore"))
    checks.expect(mark and text[start:].startswith(mark[0]), f"{name}: mark 1 is at “{mark}”")

    # The slider jumps near to the end.
    browser.run("document.querySelector('.strip input').focus()")
    browser.key("End")
    where = browser.run("document.querySelector('.readout').textContent")
    byte = int(where.rsplit(" ", 1)[1])
    checks.expect(byte >= len(page) - 4, f"{name}: End jumps to byte {byte} of {len(page)}")
    browser.run("(s => { s.value = 500; s.dispatchEvent(new Event('input')); })(document.querySelector('.strip input'))")
    browser.frames()
    byte = int(browser.run("document.querySelector('.readout').textContent").rsplit(" ", 1)[1])
    checks.expect(abs(byte - len(page) / 2) < 8, f"{name}: the middle is byte {byte} of {len(page)}")
    checks.expect(browser.run("""(r => r.top >= 0 && r.bottom <= innerHeight)(document.querySelector('.cursor')
      .getBoundingClientRect())"""), f"{name}: the cursor is out of sight after a jump")
    browser.run("scrollTo(0, 0)")


def test_entropy(program, browser, checks, folder, shots):
    report = folder / "entropy.html"
    report.write_bytes(consomme(program, "entropy", "--format", "html", FAULTY))
    browser.open(report)
    check_source(browser, checks, "entropy", (ROOT / FAULTY).read_bytes(), diagnostics(program, FAULTY))
    browser.run("document.querySelector('.faults a').click()")
    browser.frames()
    check_looks(browser, checks, "entropy", shots)


def test_compare(program, browser, checks, folder, shots):
    report = folder / "compare.html"
    report.write_bytes(consomme(program, "compare", "--format", "html", FAULTY))
    browser.open(report)
    check_source(browser, checks, "compare", (ROOT / FAULTY).read_bytes(), diagnostics(program, FAULTY))
    record = json.loads(consomme(program, "compare", "--format", "jsonl", FAULTY))
    rows = browser.run("[...document.querySelector('.page table').tBodies[0].rows].map(r => [...r.cells].slice(0, 3).map(c => c.textContent))")
    wanted = [[r["reader"], str(r["links_found"]), str(r["links_missed"])] for r in record["readers"]]
    checks.expect(rows == wanted, f"compare: {rows} for {wanted}")
    words = browser.run("[...document.querySelectorAll('.text')].map(e => e.innerText.split(/\\s+/).length)")
    checks.expect(len(words) == 2 and min(words) > 50, f"compare: texts of {words} words")
    missed = set().union(*(r["missed"] for r in record["readers"]))
    listed = set(browser.run("[...document.querySelectorAll('.links tbody th')].map(e => e.textContent)"))
    checks.expect(missed <= listed, f"compare: {missed - listed} is missed by a reader and not listed")
    check_looks(browser, checks, "compare", shots)


def test_summary(program, browser, checks, folder, shots):
    pages = folder / "saved-pages"
    pages.mkdir()
    for name in ["blog-code", "forum-thread", "nineties-page", "product-page", "recipe", "recipe/faulty/broken-comment"]:
        source = ROOT / "fixtures" / name
        source = source / "page.html" if source.is_dir() else source.with_suffix(".html")
        (pages / (name.replace("/", "-") + ".html")).write_bytes(source.read_bytes())
    (pages / "empty.html").write_bytes(b"")
    arguments = ["compare", "--format", "html", "--recursive", "saved-pages"]
    consomme(program, *arguments, "--output", folder / "all.html", codes=[2], cwd=folder)
    browser.open(folder / "all.html")
    check_summary(browser, checks, "summary")
    check_looks(browser, checks, "summary", shots)
    consomme(program, *arguments, "--output", "pages/", codes=[2], cwd=folder)
    browser.open(folder / "pages/summary.html")
    check_summary(browser, checks, "folder")
    check_looks(browser, checks, "folder")
    links = browser.run("[...document.querySelectorAll('.summary a')].map(a => decodeURI(a.getAttribute('href')))")
    checks.expect(links and all((folder / "pages" / link).is_file() for link in links), f"folder: links {links}")


def check_summary(browser, checks, name):
    checks.expect(browser.run("document.querySelector('main').firstElementChild.matches('.summary')"), f"{name}: comes first")
    column = "[...document.querySelector('.summary table').tBodies[0].rows].map(r => r.cells[2]?.dataset.v)"
    for order in ["descending", "ascending"]:
        x, y = browser.run("(r => [r.left + r.width / 2, r.top + r.height / 2])(document.querySelectorAll('.summary th button')[2].getBoundingClientRect())")
        browser.point(x, y, clicks=True)
        values = [float(v) for v in browser.run(column) if v is not None]
        checks.expect(len(values) > 3 and values == sorted(values, reverse=order == "descending"), f"{name}: {order} {values}")
        checks.expect(browser.run("document.querySelectorAll('.summary th')[2].ariaSort") == order, f"{name}: aria-sort")
    browser.run("document.querySelectorAll('.summary th button')[0].focus()")
    browser.key("Enter")
    names = browser.run("[...document.querySelector('.summary table').tBodies[0].rows].map(r => r.cells[0].textContent)")
    checks.expect(names == browser.run(f"{json.dumps(names)}.sort((a, b) => a.localeCompare(b))"), f"{name}: names {names}")


def test_hostile(program, browser, checks, folder):
    page = folder / "hostile.html"
    page.write_bytes(HOSTILE.encode())
    name = "<img src=x onerror=window.broken=20>'\"&.html"
    (folder / name).write_bytes(HOSTILE.encode())
    line = json.dumps({"id": "</h2><script>window.broken=21</script>", "url": "javascript:window.broken=22", "html": HOSTILE})
    lines = folder / "hostile.jsonl"
    lines.write_text(line + "\n" + line.replace("21", "23") + "\n")
    for verb in ["entropy", "compare"]:
        for number, inputs in enumerate([[page], [folder / name, page], [lines]]):
            report = folder / f"{verb}-hostile-{number}.html"
            consomme(program, verb, "--format", "html", *inputs, "--output", report)
            browser.open(report)
            browser.run("for (const e of document.querySelectorAll('main *')) { e.dispatchEvent(new Event('mouseover')); e.click?.(); }")
            browser.frames()
            checks.expect(browser.run("window.broken") is None, f"{report.name}: a script of the page ran: {browser.run('window.broken')}")
            checks.expect(browser.run("location.pathname").endswith(report.name), f"{report.name}: was led away")
            foreign = browser.run("document.querySelectorAll('main :is(script, style, link, iframe, img, base, meta, form, svg svg)').length")
            checks.expect(foreign == 0, f"{report.name}: {foreign} elements of the page")
            away = browser.run("[...document.querySelectorAll('a')].map(a => a.getAttribute('href')).filter(h => !h.startsWith('#'))")
            checks.expect(not away, f"{report.name}: links lead to {away[:3]}")
            check_looks(browser, checks, report.name)


def test_megabyte(program, browser, checks, folder):
    article = (ROOT / "fixtures/article-news/page.html").read_bytes()
    faulty = (ROOT / FAULTY).read_bytes()
    start = article.index(b"<body")
    page = folder / "big.html"
    body = article[article.index(b">", start) + 1 : article.index(b"</body>")]
    page.write_bytes(article[:start] + b"<body>" + body * (1_000_000 // len(body)) + faulty[faulty.index(b"<main"):])
    report = folder / "big-report.html"
    report.write_bytes(consomme(program, "entropy", "--format", "html", page))
    browser.open(report)
    timing = browser.run("(t => Math.round(t.loadEventEnd - t.startTime))(performance.getEntriesByType('navigation')[0])")
    nodes = browser.run("document.querySelectorAll('*').length")
    size = report.stat().st_size
    print(f"1 MB page: {size / 1e6:.1f} MB report, {nodes} elements, loaded in {timing} ms")
    checks.expect(nodes < 25_000 and size < 5e6 and timing < 5000, f"big: {nodes} elements, {size} bytes, {timing} ms")
    took = browser.run("""(async () => { const s = document.querySelector('.strip input'), start = performance.now();
      for (const v of [900, 100, 500]) { s.value = v; s.dispatchEvent(new Event('input'));
        await new Promise(d => requestAnimationFrame(() => setTimeout(d))); }
      return (performance.now() - start) / 3; })()""")
    print(f"1 MB page: {took:.0f} ms a jump")
    checks.expect(took < 1000, f"big: a jump takes {took:.0f} ms")
    check_looks(browser, checks, "big")


def main(program, shots=None):
    checks = Checks()
    if shots:
        shots = Path(shots)
        shots.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name, Browser() as browser:
        folder = Path(name)
        browser.show(1280, 900, False)
        test_entropy(program, browser, checks, folder, shots)
        test_compare(program, browser, checks, folder, shots)
        test_summary(program, browser, checks, folder, shots)
        test_hostile(program, browser, checks, folder)
        test_megabyte(program, browser, checks, folder)
    print(f"{checks.count - checks.failed} of {checks.count} checks hold")
    sys.exit(1 if checks.failed else 0)


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit("usage: test-reports.py PROGRAM [FOLDER]")
    main(str(Path(sys.argv[1]).resolve()), *sys.argv[2:])
