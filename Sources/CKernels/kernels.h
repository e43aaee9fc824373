// Every kernel, for the level that LEVEL, VB, MR and NV describe.
#include "vectors.h"
#include "gemm.h"
#include "gemm_int8.h"
#include "recurrence.h"
#include "rows.h"
#include "losses.h"
#include "optimiser.h"
#include "table.h"
