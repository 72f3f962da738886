// SHA-256 (FIPS 180-4), by the processor's own instructions where it has them.
#pragma once

#include <stddef.h>
#include <stdint.h>

struct csha256 {
  uint32_t state[8];
  uint64_t length;    // of all that was added, in bytes
  uint8_t block[64];  // what is too short to be mixed in yet
};

void csha256_begin(struct csha256 *hash);
void csha256_add(struct csha256 *hash, const void *bytes, size_t count);
// Nothing may be added afterwards.
void csha256_end(struct csha256 *hash, uint8_t digest[static 32]);

// As csha256_add, without the processor's instructions; for a test that compares the two.
void csha256_add_portably(struct csha256 *hash, const void *bytes, size_t count);
