"""Consommé from Python, through ctypes: the whole binding and a small program.

    python3 consomme.py page.html [https://address.of/the/page]

The library is found in $CONSOMME_LIBRARY, else where the system looks for libconsomme-c.so (`make library` builds it).
"""

import ctypes
import ctypes.util
import os
import sys


class _Link(ctypes.Structure):
    _fields_ = [(name, ctypes.c_char_p) for name in ("href", "url", "text", "alternative", "kind")] + [
        ("start", ctypes.c_size_t), ("end", ctypes.c_size_t), ("confidence", ctypes.c_double)]


class _Fault(ctypes.Structure):
    _fields_ = [("rule", ctypes.c_char_p), ("message", ctypes.c_char_p), ("offset", ctypes.c_size_t),
                ("length", ctypes.c_size_t), ("score", ctypes.c_double), ("repair_insert", ctypes.c_char_p),
                ("repair_offset", ctypes.c_size_t), ("repair_delete", ctypes.c_size_t)]


class ConsommeError(Exception):
    """A call failed: `status` is a `consomme_status`, the text says why and what to do."""

    def __init__(self, status, message):
        super().__init__(message)
        self.status = status


def _library():
    name = os.environ.get("CONSOMME_LIBRARY") or ctypes.util.find_library("consomme-c") or "libconsomme-c.so"
    library = ctypes.CDLL(name)
    pointer, size, text = ctypes.c_void_p, ctypes.c_size_t, ctypes.c_char_p
    out, message = ctypes.POINTER(pointer), ctypes.POINTER(pointer)
    for function, result, arguments in [
        ("version", text, []),
        ("reader_create", ctypes.c_int, [text, size, out, message]),
        ("reader_release", None, [pointer]),
        ("read", ctypes.c_int, [pointer, text, size, text, text, out, message]),
        ("page_release", None, [pointer]),
        ("page_text", pointer, [pointer, ctypes.POINTER(size)]),
        ("page_markdown", pointer, [pointer, ctypes.POINTER(size)]),
        ("page_link_count", size, [pointer]),
        ("page_link", ctypes.c_int, [pointer, size, ctypes.POINTER(_Link)]),
        ("page_fault_count", size, [pointer]),
        ("page_fault", ctypes.c_int, [pointer, size, ctypes.POINTER(_Fault)]),
        ("string_free", None, [pointer]),
    ]:
        call = getattr(library, "consomme_" + function)
        call.restype, call.argtypes = result, arguments
    return library


_c = _library()


def _checked(call, *arguments):
    handle, message = ctypes.c_void_p(), ctypes.c_void_p()
    status = call(*arguments, ctypes.byref(handle), ctypes.byref(message))
    if status != 0:
        words = ctypes.string_at(message).decode() if message else f"status {status}"
        _c.consomme_string_free(message)
        raise ConsommeError(status, words)
    return handle


class Reader:
    """A model; threads may share it."""

    def __init__(self, model: bytes | None = None):
        self._handle = _checked(_c.consomme_reader_create, model, len(model or b""))

    def __del__(self):
        if handle := getattr(self, "_handle", None):
            _c.consomme_reader_release(handle)

    def read(self, page: bytes, url: str | None = None, charset: str | None = None) -> "Page":
        encoded = [text.encode() if text is not None else None for text in (url, charset)]
        return Page(_checked(_c.consomme_read, self._handle, page, len(page), *encoded))


class Page:
    """What was read of one page."""

    def __init__(self, handle):
        self._handle = handle

    def __del__(self):
        _c.consomme_page_release(self._handle)

    def _string(self, call):
        length = ctypes.c_size_t()
        start = call(self._handle, ctypes.byref(length))
        return ctypes.string_at(start, length.value).decode()

    @property
    def text(self) -> str:
        return self._string(_c.consomme_page_text)

    @property
    def markdown(self) -> str:
        return self._string(_c.consomme_page_markdown)

    def _list(self, count, get, kind):
        for index in range(count(self._handle)):
            item = kind()
            get(self._handle, index, ctypes.byref(item))
            values = ((name, getattr(item, name)) for name, _ in kind._fields_)
            yield {name: value.decode() if isinstance(value, bytes) else value for name, value in values}

    @property
    def links(self) -> list[dict]:
        return list(self._list(_c.consomme_page_link_count, _c.consomme_page_link, _Link))

    @property
    def faults(self) -> list[dict]:
        return list(self._list(_c.consomme_page_fault_count, _c.consomme_page_fault, _Fault))


def main(path, url=None):
    with open(path, "rb") as file:
        page = Reader().read(file.read(), url=url)
    print(page.markdown)
    for link in page.links:
        print(link["url"] or link["href"], link["text"], sep="\t")
    for fault in page.faults:
        print(f"{path}:{fault['offset']}: {fault['message']} [{fault['rule']}]")


if __name__ == "__main__":
    main(*sys.argv[1:])
