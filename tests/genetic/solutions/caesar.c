#include <stdio.h>

int main(void) {
    int shift, c;
    if (scanf("%d", &shift) != 1) return 0;
    shift = (shift % 26 + 26) % 26;
    while ((c = getchar()) != EOF && c != '\n');
    while ((c = getchar()) != EOF) {
        if (c >= 'A' && c <= 'Z') c = (c - 'A' + shift) % 26 + 'A';
        else if (c >= 'a' && c <= 'z') c = (c - 'a' + shift) % 26 + 'a';
        putchar(c);
    }
    return 0;
}
