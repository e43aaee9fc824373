#!/usr/bin/env python3
"""Writes Sources/Pages/SingleByteTables.swift from Python's codecs, with the places where WHATWG differs.

Run from the package's folder: python3 scripts/generate_charset_tables.py
"""

from pathlib import Path

TARGET = Path(__file__).parent.parent / "Sources/Pages/SingleByteTables.swift"

# WHATWG name -> Python's codec.
CODECS = {
    "IBM866": "cp866",
    **{f"ISO-8859-{n}": f"iso8859_{n}" for n in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)},
    "KOI8-R": "koi8_r",
    "KOI8-U": "koi8_u",
    "macintosh": "mac_roman",
    "windows-874": "cp874",
    **{f"windows-{n}": f"cp{n}" for n in range(1250, 1259)},
    "x-mac-cyrillic": "mac_cyrillic",
}
# Where the index of the WHATWG Encoding standard has something else.
DIFFERENCES = {
    "KOI8-U": {0xAE: 0x45E, 0xBE: 0x40E},
    "windows-1255": {0xCA: 0x5BA},
}

HEADER = '''// Made by scripts/generate_charset_tables.py; do not edit.

/// The single-byte encodings of the WHATWG Encoding standard: for each its name and then the code points of the bytes
/// 0x80 to 0xFF, in hexadecimal, 0000 where the byte stands for nothing. `r5` after a number stands for the five
/// numbers that follow it, each one more than the last.
let singleByteTableText = """
'''


def code_point(name, codec, byte):
    if byte in DIFFERENCES.get(name, {}):
        return DIFFERENCES[name][byte]
    try:
        return ord(bytes([byte]).decode(codec))
    except UnicodeDecodeError:
        # Controls stay controls; elsewhere the byte is an error.
        return byte if byte < 0xA0 else 0


def main():
    body = ""
    for name, codec in CODECS.items():
        points = [code_point(name, codec, byte) for byte in range(0x80, 0x100)]
        words, i = [], 0
        while i < len(points):
            run = 1
            while i + run < len(points) and points[i] and points[i + run] == points[i] + run:
                run += 1
            words.append(f"{points[i]:04X}")
            if run > 1:
                words.append(f"r{run - 1}")
            i += run
        lines, line = [], name
        for word in words:
            if len(line) + 1 + len(word) > 112:
                lines.append(line)
                line = " "
            line += " " + word
        lines.append(line)
        body += "".join(f"  {line}\n" for line in lines)
    TARGET.write_text(HEADER + body + '  """\n')


main()
