#include <stdio.h>

int main(void) {
    int c;
    while ((c = getchar()) != EOF)
        if (c >= '0' && c <= '9') printf("%c\n", c);
    return 0;
}
