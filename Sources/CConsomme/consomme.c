#include "consomme.h"

// The interface is C; what it does is in Swift, in ConsommeC. A C target needs a source of its own.
