#include "CSHA256.h"

#include <string.h>

typedef void mix_function(uint32_t state[8], const uint8_t *bytes, size_t blocks);

// The fractions of the cube roots of the first 64 primes.
static const uint32_t constants[64] __attribute__((aligned(16))) = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static uint32_t rotated(uint32_t word, int distance) { return word >> distance | word << (32 - distance); }

static uint32_t big_endian(const uint8_t *bytes) {
  return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static void mix_portably(uint32_t state[8], const uint8_t *bytes, size_t blocks) {
  for (; blocks > 0; blocks--, bytes += 64) {
    uint32_t words[64];
    for (int i = 0; i < 16; i++) words[i] = big_endian(bytes + 4 * i);
    for (int i = 16; i < 64; i++) {
      uint32_t early = words[i - 15], late = words[i - 2];
      uint32_t first = rotated(early, 7) ^ rotated(early, 18) ^ early >> 3;
      uint32_t second = rotated(late, 17) ^ rotated(late, 19) ^ late >> 10;
      words[i] = words[i - 16] + first + words[i - 7] + second;
    }
    uint32_t s[8];
    memcpy(s, state, sizeof s);
    for (int i = 0; i < 64; i++) {
      uint32_t choice = (s[4] & s[5]) ^ (~s[4] & s[6]);
      uint32_t majority = (s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]);
      uint32_t one = s[7] + (rotated(s[4], 6) ^ rotated(s[4], 11) ^ rotated(s[4], 25)) + choice + constants[i] + words[i];
      uint32_t two = (rotated(s[0], 2) ^ rotated(s[0], 13) ^ rotated(s[0], 22)) + majority;
      memmove(s + 1, s, 7 * sizeof *s);
      s[4] += one;
      s[0] = one + two;
    }
    for (int i = 0; i < 8; i++) state[i] += s[i];
  }
}

#ifdef __x86_64__
#include <cpuid.h>
#include <immintrin.h>

// The instructions take the state as the words ABEF and CDGH, and make four rounds with four words at once. Each group
// of four words comes from the four groups before it.
__attribute__((target("sha,sse4.1"))) static void mix_quickly(uint32_t state[8], const uint8_t *bytes, size_t blocks) {
  const __m128i to_big_endian = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
  __m128i dcba = _mm_loadu_si128((const __m128i *)state), hgfe = _mm_loadu_si128((const __m128i *)(state + 4));
  __m128i cdab = _mm_shuffle_epi32(dcba, 0xb1), efgh = _mm_shuffle_epi32(hgfe, 0x1b);
  __m128i abef = _mm_alignr_epi8(cdab, efgh, 8), cdgh = _mm_blend_epi16(efgh, cdab, 0xf0);

  for (; blocks > 0; blocks--, bytes += 64) {
    const __m128i abef_before = abef, cdgh_before = cdgh;
    __m128i words[4];
#pragma clang loop unroll(full)
    for (int group = 0; group < 16; group++) {
      __m128i now;
      if (group < 4) {
        now = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(bytes + 16 * group)), to_big_endian);
      } else {
        __m128i first = words[group % 4], second = words[(group + 1) % 4];
        __m128i third = words[(group + 2) % 4], fourth = words[(group + 3) % 4];
        now = _mm_add_epi32(_mm_sha256msg1_epu32(first, second), _mm_alignr_epi8(fourth, third, 4));
        now = _mm_sha256msg2_epu32(now, fourth);
      }
      words[group % 4] = now;
      __m128i sum = _mm_add_epi32(now, _mm_load_si128((const __m128i *)(constants + 4 * group)));
      cdgh = _mm_sha256rnds2_epu32(cdgh, abef, sum);
      abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(sum, 0x0e));
    }
    abef = _mm_add_epi32(abef, abef_before);
    cdgh = _mm_add_epi32(cdgh, cdgh_before);
  }

  __m128i feba = _mm_shuffle_epi32(abef, 0x1b), dchg = _mm_shuffle_epi32(cdgh, 0xb1);
  _mm_storeu_si128((__m128i *)state, _mm_blend_epi16(feba, dchg, 0xf0));
  _mm_storeu_si128((__m128i *)(state + 4), _mm_alignr_epi8(dchg, feba, 8));
}

static int is_quick(void) {
  unsigned a, b, c, d;
  if (!__get_cpuid_count(1, 0, &a, &b, &c, &d) || !(c & bit_SSE4_1)) return 0;
  return __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b & bit_SHA);
}

// Asked for at the first use and not when the program starts: the question is slow in a virtual machine.
static mix_function *mix(void) {
  static mix_function *chosen;
  mix_function *known = __atomic_load_n(&chosen, __ATOMIC_RELAXED);
  if (!known) {
    known = is_quick() ? mix_quickly : mix_portably;
    __atomic_store_n(&chosen, known, __ATOMIC_RELAXED);
  }
  return known;
}
#else
static mix_function *mix(void) { return mix_portably; }
#endif

void csha256_begin(struct csha256 *hash) {
  *hash = (struct csha256){{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab,
                            0x5be0cd19}, 0, {0}};
}

static void add(struct csha256 *hash, const uint8_t *bytes, size_t count, mix_function *mix) {
  size_t held = hash->length % 64;
  hash->length += count;
  if (held) {
    size_t taken = 64 - held < count ? 64 - held : count;
    memcpy(hash->block + held, bytes, taken);
    if (held + taken < 64) return;
    mix(hash->state, hash->block, 1);
    bytes += taken;
    count -= taken;
  }
  mix(hash->state, bytes, count / 64);
  // There is no address to copy from when nothing is left of nothing.
  if (count % 64) memcpy(hash->block, bytes + count / 64 * 64, count % 64);
}

void csha256_add(struct csha256 *hash, const void *bytes, size_t count) {
  if (count) add(hash, bytes, count, mix());
}

void csha256_add_portably(struct csha256 *hash, const void *bytes, size_t count) {
  if (count) add(hash, bytes, count, mix_portably);
}

void csha256_end(struct csha256 *hash, uint8_t digest[static 32]) {
  uint64_t bits = hash->length * 8;
  uint8_t padding[72] = {0x80};
  size_t zeros = 64 - (hash->length + 8) % 64;
  for (int i = 0; i < 8; i++) padding[zeros + i] = (uint8_t)(bits >> (56 - 8 * i));
  csha256_add(hash, padding, zeros + 8);
  for (int i = 0; i < 32; i++) digest[i] = (uint8_t)(hash->state[i / 4] >> (24 - 8 * (i % 4)));
}
