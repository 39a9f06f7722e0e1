#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *read_all(void) {
    size_t size = 4096, length = 0, got;
    char *text = malloc(size);
    while ((got = fread(text + length, 1, size - length - 1, stdin)) > 0) {
        length += got;
        if (size - length < 2) text = realloc(text, size *= 2);
    }
    while (length > 0 && isspace((unsigned char)text[length - 1])) length--;
    text[length] = '\0';
    return text;
}

int main(void) {
    int found = 0, lines = 0;
    for (char *line = read_all(), *end; line; line = end, lines++) {
        end = strchr(line, '\n');
        if (end) *end++ = '\0';
        size_t length = 0;
        for (char *at = line; *at; at++)
            if (isalnum((unsigned char)*at)) line[length++] = (char)tolower((unsigned char)*at);
        line[length] = '\0';
        int same = length > 0;
        for (size_t at = 0; at < length / 2; at++) same &= line[at] == line[length - 1 - at];
        printf("%s: %s\n", same ? "yes" : "no", line);
        found += same;
    }
    printf("%d of %d\n", found, lines);
    return 0;
}
