/* The heap of programs that are checked: behind each allocation is a page that nobody may touch, and
   what was given back is not given out again. Who breaks that, or any other bound of memory, is told
   what it was, and in which function: no address, so that it is the same in every run. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

#define PAGE ((size_t)4096)
#define MOST 4096 /* allocations; those beyond are the C library's */
#define ALIGNED 16
#define SLACK 0xA5 /* what lies between an allocation's end and the page behind it */

struct block {
    char *pages, *data;
    size_t length, size; /* of the pages with the last one, and of the data */
    int is_free;
};

static struct block blocks[MOST];
static int count;

void *__libc_malloc(size_t);
void *__libc_realloc(void *, size_t);
void *__libc_memalign(size_t, size_t);
void __libc_free(void *);

static void tell(const char *what, void *at) {
    Dl_info found = {0};
    dladdr(at, &found);
    const char *in = found.dli_sname ? ", in the function " : "";
    dprintf(2, "\nprogram.c: runtime error: %s%s%s\n", what, in, found.dli_sname ? found.dli_sname : "");
}

static struct block *block_of(const char *data) {
    for (int n = count; n--;)
        if (blocks[n].data == data) return &blocks[n];
    return NULL;
}

static void look_behind(struct block *block, void *at) {
    for (char *end = block->data + block->size; end < block->pages + block->length - PAGE; end++)
        if (*(unsigned char *)end != SLACK) {
            tell("something was written right behind an allocation", at);
            return;
        }
}

static void look_behind_all(void) {
    for (int n = 0; n < count; n++)
        if (!blocks[n].is_free) look_behind(&blocks[n], NULL);
}

static void broken(int number, siginfo_t *what, void *where) {
    const ucontext_t *context = where;
#if defined(__x86_64__)
    void *at = (void *)context->uc_mcontext.gregs[REG_RIP];
    const char *stack = (char *)context->uc_mcontext.gregs[REG_RSP];
#else
    void *at = (void *)context->uc_mcontext.pc;
    const char *stack = (char *)context->uc_mcontext.sp;
#endif
    const char *address = what->si_addr, *said = "memory is used that is none of the program's";
    if (number == SIGFPE) said = "division by zero, or signed integer overflow in a division";
    else if (address > stack - (1 << 20) && address < stack + PAGE)
        said = "the stack is used up: a recursion too deep, or an array too large";
    for (int n = 0; n < count && number == SIGSEGV; n++)
        if (address >= blocks[n].pages && address < blocks[n].pages + blocks[n].length)
            said = blocks[n].is_free ? "memory is used that was given back with free"
                                     : "memory is used that lies behind the end of an allocation";
    tell(said, at);
    signal(number, SIG_DFL); /* what comes back from here breaks again */
}

__attribute__((constructor)) static void watch(void) {
    static char stack[1 << 16];
    stack_t own = {.ss_sp = stack, .ss_size = sizeof stack};
    struct sigaction action = {.sa_sigaction = broken, .sa_flags = SA_SIGINFO | SA_ONSTACK};
    sigaltstack(&own, NULL);
    for (int n = 0; n < 3; n++) sigaction((int[]){SIGSEGV, SIGBUS, SIGFPE}[n], &action, NULL);
    atexit(look_behind_all);
}

void *malloc(size_t size) {
    size_t whole = (size + ALIGNED - 1) / ALIGNED * ALIGNED, length = (whole + PAGE - 1) / PAGE * PAGE + PAGE;
    if (count == MOST || size > SIZE_MAX / 2) return __libc_malloc(size);
    char *pages = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED) return __libc_malloc(size);
    mprotect(pages + length - PAGE, PAGE, PROT_NONE);
    struct block *block = &blocks[count++];
    *block = (struct block){pages, pages + length - PAGE - whole, length, size, 0};
    memset(block->data, SLACK, whole);
    return block->data;
}

void free(void *data) {
    struct block *block = data ? block_of(data) : NULL;
    if (!block) {
        if (data) __libc_free(data);
        return;
    }
    if (block->is_free) {
        tell("memory is given back twice with free", __builtin_return_address(0));
        return;
    }
    look_behind(block, __builtin_return_address(0));
    block->is_free = 1;
    /* Without room in memory, but so that nobody else gets these addresses. */
    mmap(block->pages, block->length, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
}

void *calloc(size_t number, size_t size) {
    size_t all;
    if (__builtin_mul_overflow(number, size, &all)) return errno = ENOMEM, NULL;
    void *data = malloc(all);
    return data ? memset(data, 0, all) : NULL;
}

void *realloc(void *old, size_t size) {
    struct block *block = old ? block_of(old) : NULL;
    if (old && !block) return __libc_realloc(old, size);
    void *data = malloc(size);
    if (data && block) memcpy(data, old, block->size < size ? block->size : size), free(old);
    return data;
}

void *aligned_alloc(size_t alignment, size_t size) {
    return alignment > ALIGNED ? __libc_memalign(alignment, size) : malloc(size);
}
