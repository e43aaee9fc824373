#include <libxml/xmlversion.h>
// Debian's libxml2 is built on ICU, whose headers clash with those of Foundation's own ICU. Nothing here needs them.
#undef LIBXML_ICU_ENABLED
#include <libxml/HTMLparser.h>
