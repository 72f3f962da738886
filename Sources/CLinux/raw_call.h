// System calls for code that runs beside the process that started it, in the same memory.
#ifndef RAW_CALL_H
#define RAW_CALL_H

// Returns -errno and leaves errno alone, which both share.
static inline long raw_call(long number, long first, long second, long third, long fourth) {
  long result;
#if defined(__x86_64__)
  register long r10 __asm__("r10") = fourth;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(number), "D"(first), "S"(second), "d"(third), "r"(r10)
                   : "rcx", "r11", "memory");
#elif defined(__aarch64__)
  register long x8 __asm__("x8") = number;
  register long x0 __asm__("x0") = first;
  register long x1 __asm__("x1") = second;
  register long x2 __asm__("x2") = third;
  register long x3 __asm__("x3") = fourth;
  __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3) : "memory");
  result = x0;
#else
#error "capsrun has no system calls for this architecture"
#endif
  return result;
}

#endif
