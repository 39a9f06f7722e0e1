#include <stdio.h>

int main(void) {
    int from, to;
    if (scanf("%d %d", &from, &to) != 2) return 0;
    for (int number = from; number <= to; number++) {
        if (number % 3 == 0) printf("Fizz");
        if (number % 5 == 0) printf("Buzz");
        if (number % 3 != 0 && number % 5 != 0) printf("%d", number);
        putchar('\n');
    }
    if (from > to) puts("nothing to count");
    return 0;
}
