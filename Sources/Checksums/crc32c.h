#ifndef CHECKSUMS_CRC32C_H
#define CHECKSUMS_CRC32C_H

// CRC-32C (Castagnoli), the checksum of iSCSI and ext4: polynomial 0x1EDC6F41, reflected, first and last value
// inverted (RFC 3720, appendix B.4). Processors have an instruction for it, which Swift has no words for.

#include <stddef.h>
#include <stdint.h>
#include <string.h>

// Four bits at a time: short, and only for processors without the instruction.
static inline uint32_t crc32c_by_table(uint32_t state, const unsigned char *_Nonnull bytes, size_t count) {
  static const uint32_t table[16] = {
      0x00000000, 0x105ec76f, 0x20bd8ede, 0x30e349b1, 0x417b1dbc, 0x5125dad3, 0x61c69362, 0x7198540d,
      0x82f63b78, 0x92a8fc17, 0xa24bb5a6, 0xb21572c9, 0xc38d26c4, 0xd3d3e1ab, 0xe330a81a, 0xf36e6f75};
  for (size_t at = 0; at < count; at++) {
    state ^= bytes[at];
    state = table[state & 15] ^ (state >> 4);
    state = table[state & 15] ^ (state >> 4);
  }
  return state;
}

#if defined(__x86_64__)
static inline __attribute__((target("sse4.2"))) uint32_t crc32c_by_instruction(
    uint32_t state, const unsigned char *_Nonnull bytes, size_t count) {
  uint64_t wide = state;
  if (count < 8) {
    while (count > 0) {
      state = __builtin_ia32_crc32qi(state, *bytes);
      bytes++;
      count--;
    }
    return state;
  }
  uint64_t word;
  const unsigned char *end = bytes + count;
  while (end - bytes >= 8) {
    memcpy(&word, bytes, 8);
    wide = __builtin_ia32_crc32di(wide, word);
    bytes += 8;
  }
  // The bytes that are left, 0 to 7, go as the highest of a word: noughts before them change nothing where the state
  // is 0, and so the state is joined to the bytes beforehand. No branch depends on how many there are.
  unsigned left = 8 * (unsigned)(end - bytes);
  memcpy(&word, end - 8, 8);
  word = (word >> 8 >> (56 - left)) ^ (wide & ~(~(uint64_t)0 << left));
  return (uint32_t)(wide >> left ^ __builtin_ia32_crc32di(0, word << 8 << (56 - left)));
}
#endif

/// Whether this processor computes CRC-32C by an instruction.
static inline int crc32c_has_instruction(void) {
#if defined(__x86_64__)
  return __builtin_cpu_supports("sse4.2") != 0;
#else
  return 0;
#endif
}

/// The CRC-32C of bytes that follow others whose CRC-32C is `crc`; that of no bytes is 0.
static inline uint32_t crc32c_extended(uint32_t crc, const void *_Nonnull bytes, size_t count, int by_instruction) {
  uint32_t state = ~crc;
#if defined(__x86_64__)
  if (by_instruction) return ~crc32c_by_instruction(state, (const unsigned char *)bytes, count);
#endif
  return ~crc32c_by_table(state, (const unsigned char *)bytes, count);
}

#endif
