#!/usr/bin/env python3
"""Writes man pages from the program's own description of its commands.

    python3 scripts/manual.py PROGRAM FOLDER

FOLDER gets consomme.1 and a page for every verb (consomme-links.1 …). The same program gives the same bytes.
"""

import json
import subprocess
import sys
from pathlib import Path


# For verbs that can be configured; docs/config.md says more.
ENVIRONMENT = [
    ("CONSOMME_OPTION", "Any option by its long name in capitals, with _ for - (CONSOMME_JOBS=4); flags are "
     "true or false. The command line goes before the environment, the environment before the file."),
    ("CONSOMME_CONFIG", "The configuration file, as --config names it."),
    ("CONSOMME_HEADS", "Folders that are searched for field heads, with : between them."),
    ("CONSOMME_KERNELS", "The level of the kernels: baseline, avx2, avx512 or neon."),
    ("NO_COLOR", "No colours, unless --color asks for them."),
]
FILES = (
    "Options by their long names, for every verb or, under a verb's name, for that verb; sought in the working directory and the "
    "folders above it. Files named in it are sought beside it. --print-config shows what counts and where it comes from.")


def escaped(text):
    """Text for roff: no escape, and no request at the start of a line."""
    lines = text.replace("\\", "\\e").replace("-", "\\-").splitlines()
    return "\n".join("\\&" + line if line[:1] in (".", "'") else line for line in lines)


def name(option, value):
    dashes = "--" if option["kind"] == "long" else "-"
    return f"\\fB{escaped(dashes + option['name'])}\\fR" + (f" \\fI{escaped(value)}\\fR" if value else "")


def heading(argument):
    value = argument.get("valueName", "")
    if argument["kind"] == "positional":
        return f"\\fI{escaped(value)}\\fR" + (" …" if argument["isRepeating"] else "")
    return ", ".join(name(option, value if argument["kind"] == "option" else "") for option in argument["names"])


def described(argument):
    sentences = [argument.get("abstract", "")]
    if values := argument.get("allValues"):
        sentences.append("One of: " + ", ".join(values) + ".")
    # A default that depends on this machine would make the page differ from machine to machine.
    if (default := argument.get("defaultValue")) and argument["valueName"] != "n":
        sentences.append(f"Default: {default}.")
    return escaped(" ".join(filter(None, sentences)))


def page(command, path, version):
    title = "-".join(path)
    visible = [a for a in command.get("arguments", []) if a.get("shouldDisplay", True)]
    positional = [heading(a) for a in visible if a["kind"] == "positional"]
    subcommands = [c for c in command.get("subcommands", []) if c["commandName"] != "help"]
    lines = [
        f'.TH {escaped(title.upper())} 1 "" "consomme {version}" "User Commands"',
        ".SH NAME",
        f"{escaped(title)} \\- {escaped(command['abstract'].rstrip('.'))}",
        ".SH SYNOPSIS",
        f"\\fB{escaped(' '.join(path))}\\fR "
        + " ".join((["\\fIverb\\fR"] if subcommands else []) + ["[\\fIoptions\\fR]"] + [f"[{p}]" for p in positional]),
    ]
    if text := command.get("discussion"):
        lines.append(".SH DESCRIPTION")
        for block in text.split("\n\n"):
            # Examples stand line by line.
            if block.startswith("Examples:\n"):
                lines += [".SH EXAMPLES", ".nf", escaped(block.removeprefix("Examples:\n")), ".fi"]
            else:
                lines += [".PP", escaped(block)]
    section = None
    for argument in sorted(visible, key=lambda a: a.get("sectionTitle", "Options") == "Options"):
        title_of = argument.get("sectionTitle", "Options")
        if title_of != section:
            section = title_of
            lines.append(f'.SH "{escaped(section.upper())}"')
        lines += [".TP", heading(argument), described(argument)]
    if subcommands:
        lines.append(".SH VERBS")
        for sub in subcommands:
            lines += [".TP", f"\\fB{escaped('-'.join(path + [sub['commandName']]))}\\fR(1)", escaped(sub["abstract"])]
    if any(name["name"] == "config" for a in visible for name in a.get("names", [])):
        lines += [".SH ENVIRONMENT"]
        for term, text in ENVIRONMENT:
            lines += [".TP", f"\\fB{escaped(term)}\\fR", escaped(text)]
        lines += [".SH FILES", ".TP", "\\fBconsomme.yaml\\fR", escaped(FILES)]
    if len(path) > 1 and not subcommands:
        lines += [".SH SEE ALSO", f"\\fB{escaped('-'.join(path[:-1]))}\\fR(1)"]
    return "\n".join(lines) + "\n"


def main(program, folder):
    description = subprocess.run([program, "--experimental-dump-help"], capture_output=True, check=True, text=True)
    versions = subprocess.run([program, "--version"], capture_output=True, check=True, text=True).stdout
    version = versions.split("\n")[0].split()[-1]
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    waiting = [(json.loads(description.stdout)["command"], ["consomme"])]
    while waiting:
        command, path = waiting.pop()
        (target / ("-".join(path) + ".1")).write_text(page(command, path, version), encoding="utf-8")
        waiting += [(c, path + [c["commandName"]]) for c in command.get("subcommands", []) if c["commandName"] != "help"]


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: manual.py PROGRAM FOLDER")
    main(*sys.argv[1:])
