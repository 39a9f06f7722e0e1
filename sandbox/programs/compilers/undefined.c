/* What programs call that are compiled with -fsanitize=undefined: says where something is undefined,
   once for each place, and goes on. No value and no address is said, so that it is the same in
   every run. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

struct place {
    const char *file;
    uint32_t line, column;
};

struct access {
    struct place place;
    const void *type;
    unsigned char alignment; /* its binary logarithm */
    unsigned char kind;
};

static void tell(struct place *place, const char *what) {
    if (place->line)
        fprintf(stderr, "\n%s:%u:%u: runtime error: %s\n", place->file, place->line, place->column, what);
    place->line = 0;
}

/* Their other arguments are values, which we do not look at. */
#define GOES_ON(name, what) \
    void __ubsan_handle_##name(struct place *place) { tell(place, what); }

GOES_ON(add_overflow, "signed integer overflow in an addition")
GOES_ON(sub_overflow, "signed integer overflow in a subtraction")
GOES_ON(mul_overflow, "signed integer overflow in a multiplication")
GOES_ON(negate_overflow, "signed integer overflow in a negation")
GOES_ON(divrem_overflow, "division by zero, or signed integer overflow in a division")
GOES_ON(shift_out_of_bounds, "a shift by a negative or too large number, or of a negative one")
GOES_ON(out_of_bounds, "an index out of the bounds of its array")
GOES_ON(vla_bound_not_positive, "an array whose length is not positive")
GOES_ON(float_cast_overflow, "a floating-point number out of the range of the type that it is cast to")
GOES_ON(load_invalid_value, "a value that its type cannot have")
GOES_ON(invalid_builtin, "a builtin function called with zero")
GOES_ON(nonnull_arg, "a null pointer passed where none may be")
GOES_ON(nullability_arg, "a null pointer passed where none may be")
GOES_ON(pointer_overflow, "arithmetic with a null pointer, or a pointer out of all memory")
GOES_ON(alignment_assumption, "an address that is not aligned as was promised")
GOES_ON(function_type_mismatch, "a function called through a pointer of another type")
GOES_ON(implicit_conversion, "a value changed by an implicit conversion")

_Noreturn void __ubsan_handle_builtin_unreachable(struct place *place) {
    tell(place, "code reached that is said to be unreachable");
    abort();
}

void __ubsan_handle_nonnull_return_v1(void *data, struct place *place) {
    tell(place, "a null pointer returned where none may be");
}

void __ubsan_handle_type_mismatch_v1(struct access *access, uintptr_t address) {
    uintptr_t mask = ((uintptr_t)1 << access->alignment) - 1;
    tell(&access->place, !address          ? "a null pointer is followed"
                         : address & mask ? "an address is not aligned as its type demands"
                                          : "an address with too little room for its type is used");
}
