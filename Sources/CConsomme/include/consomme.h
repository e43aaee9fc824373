// Consommé in C: pages in; links, text, Markdown and faults out. Link with -lconsomme-c.
//
// Every call may be made from any thread, also with the same handle at the same time; only release a handle once, when no call with it
// is running. Strings are UTF-8 and end with a NUL; a length is given where the text may hold NULs of its own. What is read of a page
// belongs to the page and stays valid until it is released. A page does not need its reader any more.
#ifndef CONSOMME_H
#define CONSOMME_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// What a call answers. Numbers do not change from version to version; new ones may come.
typedef enum consomme_status {
  CONSOMME_OK = 0,
  // A NULL where none may be, or an index past the end.
  CONSOMME_BAD_ARGUMENT = 1,
  // The model file cannot be read, or is none.
  CONSOMME_BAD_MODEL = 2,
  // The page's charset is not known, or not decoded for safety.
  CONSOMME_BAD_CHARSET = 3
} consomme_status;

// A model, ready to read with. Shared by any number of threads.
typedef struct consomme_reader consomme_reader;
// What was read of one page.
typedef struct consomme_page consomme_page;

typedef struct consomme_link {
  const char *href;         // the attribute's value, character references decoded, not resolved
  const char *url;          // absolute; NULL where the page's address is not known or href is no address
  const char *text;         // the anchor's text, white space collapsed
  const char *alternative;  // of the anchor's first image; NULL where there is none
  const char *kind;         // "a" or "area"
  size_t start, end;        // bytes of the page as given: the attribute's value
  double confidence;        // 0 to 1
} consomme_link;

typedef struct consomme_fault {
  const char *rule;     // the WHATWG parse error's name where one fits
  const char *message;  // a sentence without its full stop
  size_t offset;        // first byte at which the page could be mended
  size_t length;        // bytes concerned; 0 where something is missing
  double score;         // evidence in bits
  // The edit that mends it: at repair_offset delete repair_delete bytes and put repair_insert there; NULL where none is known.
  const char *repair_insert;
  size_t repair_offset, repair_delete;
} consomme_fault;

// The library's version, such as "0.1.0".
const char *consomme_version(void);

// Makes a reader of a model file's bytes, which are copied; NULL and 0: of the model inside the library.
// `message`, here and below, may be NULL; otherwise it is set to a sentence when the call fails (free it with consomme_string_free),
// else to NULL.
consomme_status consomme_reader_create(
    const uint8_t *model, size_t count, consomme_reader **reader, char **message);
void consomme_reader_release(consomme_reader *reader);

// Reads a page of `count` bytes, which are copied. `url`, its address, and `charset`, what its envelope says of its encoding, may be NULL.
consomme_status consomme_read(
    const consomme_reader *reader, const uint8_t *bytes, size_t count, const char *url, const char *charset,
    consomme_page **page, char **message);
void consomme_page_release(consomme_page *page);

// The main text and the main content as Markdown. `length`, in bytes without the final NUL, may be NULL. NULL for no page.
const char *consomme_page_text(const consomme_page *page, size_t *length);
const char *consomme_page_markdown(const consomme_page *page, size_t *length);

// Links in reading order. 0 for no page.
size_t consomme_page_link_count(const consomme_page *page);
consomme_status consomme_page_link(const consomme_page *page, size_t index, consomme_link *link);

// Faults, the likeliest first. The first call lets the network read the page again.
size_t consomme_page_fault_count(const consomme_page *page);
consomme_status consomme_page_fault(const consomme_page *page, size_t index, consomme_fault *fault);

void consomme_string_free(char *string);

#ifdef __cplusplus
}
#endif

#endif
