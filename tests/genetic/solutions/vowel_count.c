#include <ctype.h>
#include <stdio.h>

int main(void) {
    int counts[256] = {0}, c;
    while ((c = getchar()) != EOF) counts[tolower(c)]++;
    for (const char *vowel = "aeiou"; *vowel; vowel++) {
        int count = counts[(int)*vowel];
        printf("%c %3d ", *vowel, count);
        while (count-- > 0) putchar('*');
        putchar('\n');
    }
    return 0;
}
