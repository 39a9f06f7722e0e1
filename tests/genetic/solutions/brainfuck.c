#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CELLS = 30000 };

static int match(const char *program, int length, int *jumps) {
    int *open = malloc(((size_t)length + 1) * sizeof *open), depth = 0;
    for (int at = 0; at < length; at++) {
        if (program[at] == '[') open[depth++] = at;
        if (program[at] != ']') continue;
        if (depth == 0) return 0;
        jumps[at] = open[--depth];
        jumps[jumps[at]] = at;
    }
    return depth == 0;
}

static void print_latin(int c) {
    if (c < 0x80) putchar(c);
    else printf("%c%c", 0xC0 | c >> 6, 0x80 | (c & 0x3F));
}

int main(void) {
    size_t size = 4096, total = 0, got;
    char *text = malloc(size);
    while ((got = fread(text + total, 1, size - total - 1, stdin)) > 0) {
        total += got;
        if (size - total < 2) text = realloc(text, size *= 2);
    }
    text[total] = '\0';

    int length = (int)strcspn(text, "!"), cell = 0;
    const char *input = text[length] ? text + length + 1 : text + length;
    int *jumps = malloc(((size_t)length + 1) * sizeof *jumps);
    static unsigned char cells[CELLS];
    if (!match(text, length, jumps)) {
        puts("unmatched bracket");
        return 0;
    }
    for (int at = 0; at < length; at++) {
        switch (text[at]) {
            case '>': cell = (cell + 1) % CELLS; break;
            case '<': cell = (cell + CELLS - 1) % CELLS; break;
            case '+': cells[cell]++; break;
            case '-': cells[cell]--; break;
            case '.': print_latin(cells[cell]); break;
            case ',': cells[cell] = *input ? (unsigned char)*input++ : 0; break;
            case '[': if (!cells[cell]) at = jumps[at]; break;
            case ']': if (cells[cell]) at = jumps[at]; break;
        }
    }
    putchar('\n');
    return 0;
}
