#include <stdio.h>
#include <stdlib.h>

static int compare(const void *left, const void *right) {
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

int main(void) {
    size_t room = 16, count = 0;
    double *numbers = malloc(room * sizeof *numbers);
    while (scanf(" %lf", &numbers[count]) == 1) {
        if (++count == room) numbers = realloc(numbers, (room *= 2) * sizeof *numbers);
        if (scanf(" ,") == EOF) break;
    }
    qsort(numbers, count, sizeof *numbers, compare);
    for (size_t at = 0; at < count; at++)
        printf("%s%.15g", at > 0 ? ", " : "", numbers[at] == 0 ? 0.0 : numbers[at]);
    putchar('\n');
    return 0;
}
