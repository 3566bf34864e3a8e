// Counts calls to the allocator and to locks, thread by thread.
//
// These definitions take the place of the C library's for the whole test program: the linker looks in the
// program first. Each passes on to the C library's own function of the same work.
#define _GNU_SOURCE
#include "AllocationCount.h"

#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stddef.h>

#if defined(__has_feature)
#if __has_feature(thread_sanitizer) || __has_feature(address_sanitizer) || __has_feature(memory_sanitizer)
#define SORTLINE_SANITIZED 1
#endif
#endif

#ifdef SORTLINE_SANITIZED

int64_t sortline_allocation_calls(void) { return -1; }
int64_t sortline_lock_calls(void) { return -1; }

#else

static _Thread_local int64_t allocations;
static _Thread_local int64_t locks;

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);
extern void __libc_free(void *);

void *malloc(size_t size) {
  allocations++;
  return __libc_malloc(size);
}

void *calloc(size_t count, size_t size) {
  allocations++;
  return __libc_calloc(count, size);
}

void *realloc(void *place, size_t size) {
  allocations++;
  return __libc_realloc(place, size);
}

void free(void *place) {
  allocations++;
  __libc_free(place);
}

void *memalign(size_t alignment, size_t size) {
  allocations++;
  return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
  allocations++;
  return __libc_memalign(alignment, size);
}

int posix_memalign(void **place, size_t alignment, size_t size) {
  allocations++;
  void *found = __libc_memalign(alignment, size);
  if (found == NULL) return ENOMEM;
  *place = found;
  return 0;
}

typedef int (*lock_function)(pthread_mutex_t *);
static lock_function next_lock;

int pthread_mutex_lock(pthread_mutex_t *mutex) {
  locks++;
  if (next_lock == NULL) next_lock = (lock_function)dlsym(RTLD_NEXT, "pthread_mutex_lock");
  return next_lock(mutex);
}

int64_t sortline_allocation_calls(void) { return allocations; }
int64_t sortline_lock_calls(void) { return locks; }

#endif
