#include <stdio.h>

int main(void) {
    int saved = 0, c = getchar();
    while (c != EOF) {
        if (c == '\n') {
            putchar('\n');
            c = getchar();
            continue;
        }
        int length = 0, next;
        do next = getchar(), length++;
        while (next == c);
        saved += length - 1;
        if (length > 1) saved -= printf("%d", length);
        putchar(c);
        if (next == EOF) putchar('\n');
        c = next;
    }
    printf("saved %d\n", saved);
    return 0;
}
