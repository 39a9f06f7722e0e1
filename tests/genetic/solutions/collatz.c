#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int is_positive(const char *line) {
    return *line >= '1' && *line <= '9' && line[strspn(line, "0123456789")] == '\0';
}

int main(void) {
    static char text[1 << 20];
    size_t length = fread(text, 1, sizeof text - 1, stdin);
    while (length > 0 && isspace((unsigned char)text[length - 1])) length--;
    text[length] = '\0';
    char *line = text;
    while (line) {
        char *end = strchr(line, '\n');
        if (end) *end++ = '\0';
        if (is_positive(line)) {
            long long number = atoll(line), highest = number;
            int steps = 0;
            for (; number != 1; steps++) {
                number = number % 2 == 0 ? number / 2 : 3 * number + 1;
                if (number > highest) highest = number;
            }
            printf("%s: %d steps, highest %lld\n", line, steps, highest);
        } else {
            printf("%s: not a positive integer\n", line);
        }
        line = end;
    }
    return 0;
}
