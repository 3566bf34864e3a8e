#ifndef CACHE_HINTS_H
#define CACHE_HINTS_H

// Hints to the processor about one cache line, and about a loop that waits for one, which Swift has no words for.
// A hint changes no memory and never faults, whatever the address; a processor may ignore it.

/// Asks for the line at `address` for reading.
static inline __attribute__((always_inline)) void hint_reads_soon(const void *_Nonnull address) {
  __builtin_prefetch(address, 0, 3);
}

/// Asks for the line at `address` for writing: other cores give up their copies.
static inline __attribute__((always_inline)) void hint_writes_soon(const void *_Nonnull address) {
#if defined(__x86_64__)
  // A compiler that builds for every x86-64 makes a hint for reading of __builtin_prefetch(address, 1), which
  // does not take the line from the other core. Processors without PREFETCHW take it as no operation.
  __asm__ volatile("prefetchw %0" : : "m"(*(const char *)address));
#else
  __builtin_prefetch(address, 1, 3);
#endif
}

/// Spends a little time before the caller looks at a line again: this many steps of some 100 ns at most.
///
/// In time, not in pauses of the processor: those take from 13 to 60 ns, by its make. The pauses keep it from
/// guessing ahead: without one it has many loads of the line under way when another core writes to it, and must throw
/// away all that it did with their old values (Intel's optimization manual, "Spin-Wait and Idle Loops").
static inline __attribute__((always_inline)) void hint_rests(long steps) {
#if defined(__x86_64__)
  // The counter goes at 2 to 4 GHz, whatever the core's own clock does.
  const unsigned long long ticks = 200ULL * (unsigned long long)steps;
  const unsigned long long began = __builtin_ia32_rdtsc();
  do __builtin_ia32_pause();
  while (__builtin_ia32_rdtsc() - began < ticks);
#else
  for (long left = 8 * steps; left > 0; left--) {
#if defined(__aarch64__)
    __asm__ volatile("isb");
#else
    __asm__ volatile("");
#endif
  }
#endif
}

#endif
