// The model that ships inside the program.
#ifndef CONSOMME_CDEFAULTMODEL_H
#define CONSOMME_CDEFAULTMODEL_H

#include <stddef.h>

// The bytes of models/default.consomme, constant and shared between processes.
const unsigned char *consomme_default_model(void);
size_t consomme_default_model_size(void);

// The bytes of models/json.consomme: the same network, taught on JSON documents.
const unsigned char *consomme_json_model(void);
size_t consomme_json_model_size(void);

// The bytes of models/fields.head, taught on that model.
const unsigned char *consomme_field_head(void);
size_t consomme_field_head_size(void);

// The bytes of models/rehearsal.jsonl: pages that are read again while a correction is learned.
const unsigned char *consomme_rehearsal(void);
size_t consomme_rehearsal_size(void);

#endif
