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

/// Says that the caller looks at a line again and again: the processor waits a little and stops guessing ahead.
///
/// Some 25 to 140 cycles on x86. Without it a core has many loads of the line under way when another core
/// writes to it, and must throw away all that it did with their old values: Intel's optimization manual,
/// "Spin-Wait and Idle Loops".
static inline __attribute__((always_inline)) void hint_looks_again(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("isb");
#endif
}

#endif
