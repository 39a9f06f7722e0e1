#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char LETTERS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static void encode(const unsigned char *bytes, size_t length) {
    for (size_t at = 0; at < length; at += 3) {
        unsigned one = bytes[at], two = at + 1 < length ? bytes[at + 1] : 0;
        unsigned three = at + 2 < length ? bytes[at + 2] : 0, all = one << 16 | two << 8 | three;
        putchar(LETTERS[all >> 18]);
        putchar(LETTERS[all >> 12 & 63]);
        putchar(at + 1 < length ? LETTERS[all >> 6 & 63] : '=');
        putchar(at + 2 < length ? LETTERS[all & 63] : '=');
    }
    putchar('\n');
}

static void decode(const char *text, size_t length) {
    size_t letters = strspn(text, LETTERS), padding = strspn(text + letters, "=");
    if (length % 4 != 0 || letters + padding != length || padding > 2) {
        puts("not Base64");
        return;
    }
    unsigned bits = 0, held = 0;
    putchar('<');
    for (size_t at = 0; at < letters; at++) {
        bits = bits << 6 | (unsigned)(strchr(LETTERS, text[at]) - LETTERS);
        held += 6;
        if (held >= 8) putchar((int)(bits >> (held -= 8) & 255));
    }
    puts(">");
}

static void answer(char *line, size_t length) {
    if (length >= 2 && line[0] == 'e' && line[1] == ' ') encode((unsigned char *)line + 2, length - 2);
    else if (length >= 2 && line[0] == 'd' && line[1] == ' ') decode(line + 2, length - 2);
    else puts("use e or d");
}

int main(void) {
    char *line = NULL, none[] = "";
    size_t room = 0;
    ssize_t length;
    int any = 0;
    while ((length = getline(&line, &room, stdin)) >= 0) {
        any = 1;
        if (line[length - 1] == '\n') line[--length] = '\0';
        answer(line, (size_t)length);
    }
    if (!any) answer(none, 0);
    return 0;
}
