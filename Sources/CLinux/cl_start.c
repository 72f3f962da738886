// What runs before main in the static program, in place of glibc's __libc_start_main. docs/design/0015-start-before-main.md
//
// glibc's asks the processor for its features and caches, with 43 CPUID instructions, each of which leaves a virtual machine: 0.2 ms
// of each start. And it reads the caller's environment for tunables. This one does the rest in the same order, but for what is there
// for debuggers, for threads that end main, and for after main, which never returns here. It knows glibc from inside, so it is for one
// version of it; with any other, and in the tests, which are no static programs, glibc's own runs.
#if defined(CAPSRUN_STATIC)
#define _GNU_SOURCE
#include <features.h>
#if defined(__x86_64__) && __GLIBC__ == 2 && __GLIBC_MINOR__ == 36

#include <elf.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

typedef void initializer(int, char **, char **);

// Parts of glibc, each with a symbol of its own in its archive.
extern void *__libc_stack_end, *_dl_random;
extern int __libc_enable_secure;
void _dl_aux_init(Elf64_auxv_t *);
void _dl_relocate_static_pie(void);
void __libc_setup_tls(void);
void __libc_early_init(_Bool);
void __libc_init_first(int, char **, char **);
void __libc_check_standard_fds(void);
void _init(void);

// From the linker.
extern const Elf64_Rela __rela_iplt_start[], __rela_iplt_end[];
extern initializer *const __preinit_array_start[], *const __preinit_array_end[];
extern initializer *const __init_array_start[], *const __init_array_end[];

// From how many bytes on memory is copied in which way, which glibc would work out from the caches. Too low would be wrong, not
// only slow: the way for large copies takes two pages at a time. Nothing is known of the processor, so the functions are those that
// each x86-64 has, which use the first five alone.
long __x86_data_cache_size_half = 16 << 10, __x86_data_cache_size = 32 << 10;
long __x86_shared_cache_size_half = 512 << 10, __x86_shared_cache_size = 1 << 20;
long __x86_shared_non_temporal_threshold = 768 << 10;
long __x86_rep_movsb_threshold = 2 << 10, __x86_rep_movsb_stop_threshold = 768 << 10, __x86_rep_stosb_threshold = 2 << 10;
int __x86_string_control;

// Where the program lies, which /proc would say. Only dlopen needs it, which a static program does not call.
char *_dl_get_origin(void) { return (char *)-1; }

__attribute__((no_stack_protector)) static char **read_kernel_words(char **environment) {
  char **end = environment;
  while (*end != NULL)
    end++;
  _dl_aux_init((Elf64_auxv_t *)(end + 1));
  return environment;
}

// Chooses the functions that there are several of: strlen and its like.
__attribute__((no_stack_protector)) static void choose_functions(void) {
  _dl_relocate_static_pie();
  for (const Elf64_Rela *it = __rela_iplt_start; it < __rela_iplt_end; it++)
    *(uintptr_t *)it->r_offset = ((uintptr_t (*)(void))it->r_addend)();
}

// Random numbers of the kernel, where compilers look for that of the stack and glibc for that of its pointers.
__attribute__((no_stack_protector)) static void set_guards(void) {
  const uintptr_t *random = _dl_random;
  // The zero byte stops functions for text.
  __asm__ volatile("mov %0, %%fs:0x28" : : "r"(random[0] & ~(uintptr_t)0xff));
  __asm__ volatile("mov %0, %%fs:0x30" : : "r"(random[1]));
}

__attribute__((noreturn, no_stack_protector)) int __libc_start_main(
    int (*main)(int, char **, char **), int count, char **arguments, void (*init)(void), void (*fini)(void),
    void (*end_of_loader)(void), void *stack_end) {
  (void)init, (void)fini, (void)end_of_loader;
  environ = read_kernel_words(arguments + count + 1);
  __libc_stack_end = stack_end;
  choose_functions();
  __libc_setup_tls();
  set_guards();
  __libc_early_init(1);
  __libc_init_first(count, arguments, environ);
  if (__libc_enable_secure)
    __libc_check_standard_fds();
  for (initializer *const *it = __preinit_array_start; it < __preinit_array_end; it++)
    (*it)(count, arguments, environ);
  _init();
  for (initializer *const *it = __init_array_start; it < __init_array_end; it++)
    (*it)(count, arguments, environ);
  exit(main(count, arguments, environ));
}

#endif
#endif
