#include <stdio.h>
#include <stdlib.h>

int main(void) {
    int limit;
    while (scanf("%d", &limit) == 1) {
        char *composite = calloc((size_t)limit + 1, 1);
        int count = 0, twins = 0, last = 0;
        long long sum = 0;
        for (int number = 2; number <= limit; number++) {
            if (composite[number]) continue;
            if (last > 0 && number - last == 2) twins++;
            count++;
            last = number;
            sum += number;
            for (long long multiple = (long long)number * number; multiple <= limit; multiple += number)
                composite[multiple] = 1;
        }
        if (count == 0) printf("%d: no primes\n", limit);
        else printf("%d: %d primes, %d twins, last %d, sum %lld\n", limit, count, twins, last, sum);
        free(composite);
    }
    return 0;
}
