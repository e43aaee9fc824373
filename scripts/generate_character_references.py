#!/usr/bin/env python3
"""Writes Sources/Pages/CharacterReferenceTable.swift from Python's copy of the WHATWG table (html.entities.html5).

Run from the package's folder: python3 scripts/generate_character_references.py
"""

from html.entities import html5
from pathlib import Path

TARGET = Path(__file__).parent.parent / "Sources/Pages/CharacterReferenceTable.swift"
WIDTH = 112

HEADER = '''// Made by scripts/generate_character_references.py; do not edit.

/// The named character references of WHATWG HTML, section "Named character references", {count} of them.
///
/// Entries sorted by the bytes of the name, a space between two: the name (with its `;` where it has one), `=`, the
/// code points in hexadecimal with `+` between two. One string, because the compiler is slow at large array literals.
let characterReferenceTable = """
'''


def main():
    entries = [
        name + "=" + "+".join(f"{ord(c):X}" for c in html5[name]) + " "
        for name in sorted(html5, key=lambda n: n.encode())
    ]
    lines, line = [], ""
    for entry in entries:
        if len(line) + len(entry) > WIDTH:
            lines.append(line)
            line = ""
        line += entry
    lines.append(line)
    body = "".join(f"  {line}\\\n" for line in lines[:-1]) + f"  {lines[-1].rstrip()}\n"
    TARGET.write_text(HEADER.format(count=f"{len(html5):,}") + body + '  """\n')


main()
