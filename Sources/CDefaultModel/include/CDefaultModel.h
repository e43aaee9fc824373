// The model that ships inside the program.
#ifndef CONSOMME_CDEFAULTMODEL_H
#define CONSOMME_CDEFAULTMODEL_H

#include <stddef.h>

// The bytes of models/default.consomme, constant and shared between processes.
const unsigned char *consomme_default_model(void);
size_t consomme_default_model_size(void);

#endif
