#include "CDefaultModel.h"

// #embed is C23 and an extension before it.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char model[] __attribute__((aligned(64))) = {
#embed "../../models/default.consomme"
};

const unsigned char *consomme_default_model(void) { return model; }
size_t consomme_default_model_size(void) { return sizeof model; }

static const unsigned char json[] __attribute__((aligned(64))) = {
#embed "../../models/json.consomme"
};

const unsigned char *consomme_json_model(void) { return json; }
size_t consomme_json_model_size(void) { return sizeof json; }

static const unsigned char head[] __attribute__((aligned(64))) = {
#embed "../../models/fields.head"
};

const unsigned char *consomme_field_head(void) { return head; }
size_t consomme_field_head_size(void) { return sizeof head; }

static const unsigned char rehearsal[] = {
#embed "../../models/rehearsal.jsonl"
};

const unsigned char *consomme_rehearsal(void) { return rehearsal; }
size_t consomme_rehearsal_size(void) { return sizeof rehearsal; }
