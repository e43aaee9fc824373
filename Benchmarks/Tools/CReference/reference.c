#include "CReference.h"

#include "libxml/xmlversion.h"
#undef LIBXML_ICU_ENABLED
#include <libxml/HTMLparser.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static long bytes_of(const xmlChar *text) {
  long sum = 0;
  for (; text && *text; text++) sum += *text;
  return sum;
}

long reference_parse_and_walk(const char *page, int length) {
  // The options of Baselines/LibXML2Parser.swift.
  int options = HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING | HTML_PARSE_NONET | HTML_PARSE_COMPACT |
                HTML_PARSE_IGNORE_ENC | XML_PARSE_HUGE;
  htmlDocPtr document = htmlReadMemory(page, length, NULL, "UTF-8", options);
  if (!document) return 0;
  long sum = 0;
  for (xmlNodePtr node = xmlDocGetRootElement(document); node;) {
    if (node->type == XML_ELEMENT_NODE) {
      sum += bytes_of(node->name);
      for (xmlAttrPtr attribute = node->properties; attribute; attribute = attribute->next)
        for (xmlNodePtr value = attribute->children; value; value = value->next) sum += bytes_of(value->content);
    } else {
      sum += bytes_of(node->content);
    }
    if (node->type == XML_ELEMENT_NODE && node->children) {
      node = node->children;
      continue;
    }
    while (node && !node->next) {
      node = node->parent;
      if (node && node->type != XML_ELEMENT_NODE) node = NULL;
    }
    if (node) node = node->next;
  }
  xmlFreeDoc(document);
  return sum;
}

double reference_thread_seconds(void) {
  struct timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

long reference_peak_resident(void) {
  FILE *file = fopen("/proc/self/status", "r");
  char line[256];
  long kilobytes = 0;
  while (file && fgets(line, sizeof line, file))
    if (sscanf(line, "VmHWM: %ld", &kilobytes) == 1) break;
  if (file) fclose(file);
  return kilobytes * 1024;
}

void reference_reset_peak(void) {
  FILE *file = fopen("/proc/self/clear_refs", "w");
  if (!file) return;
  fputs("5", file);
  fclose(file);
}
