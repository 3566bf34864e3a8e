#ifndef SORTLINE_ALLOCATION_COUNT_H
#define SORTLINE_ALLOCATION_COUNT_H
#include <stdint.h>

/// How often this thread asked for memory, or gave some back, since it began; -1 where that is not counted.
///
/// A sanitizer has an allocator of its own: nothing is counted under one.
int64_t sortline_allocation_calls(void);

/// How often this thread took a lock or waited for a condition since it began; -1 where that is not counted.
int64_t sortline_lock_calls(void);

#endif
