#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char closer(char opener) { return opener == '(' ? ')' : opener == '[' ? ']' : '}'; }

static void check(const char *line) {
    int *open = malloc((strlen(line) + 1) * sizeof *open), depth = 0, deepest = 0;
    char quote = '\0';
    for (int at = 0; line[at]; at++) {
        char c = line[at];
        if (quote) {
            if (c == quote) quote = '\0';
        } else if (c == '"' || c == '\'') {
            quote = c;
        } else if (strchr("([{", c)) {
            open[depth++] = at;
            if (depth > deepest) deepest = depth;
        } else if (strchr(")]}", c)) {
            if (depth == 0) {
                printf("unexpected %c at %d\n", c, at + 1);
                goto done;
            }
            char expected = closer(line[open[--depth]]);
            if (expected != c) {
                printf("expected %c at %d, got %c\n", expected, at + 1, c);
                goto done;
            }
        }
    }
    if (quote) printf("unclosed %c\n", quote);
    else if (depth > 0) printf("unclosed %c at %d\n", line[open[depth - 1]], open[depth - 1] + 1);
    else printf("balanced, depth %d\n", deepest);
done:
    free(open);
}

int main(void) {
    size_t size = 4096, length = 0, got;
    char *text = malloc(size);
    while ((got = fread(text + length, 1, size - length - 1, stdin)) > 0) {
        length += got;
        if (size - length < 2) text = realloc(text, size *= 2);
    }
    while (length > 0 && isspace((unsigned char)text[length - 1])) length--;
    text[length] = '\0';
    for (char *line = text, *end; line; line = end) {
        end = strchr(line, '\n');
        if (end) *end++ = '\0';
        check(line);
    }
    return 0;
}
