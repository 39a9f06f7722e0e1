#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int width, flush_right;
static char *current;

static void print_current(void) {
    if (*current) printf("%*s\n", flush_right ? width : 0, current);
    *current = '\0';
}

static void add(char *word) {
    int length = (int)strlen(word);
    if (*current && (int)strlen(current) + 1 + length <= width) {
        strcat(strcat(current, " "), word);
        return;
    }
    print_current();
    for (; length > width; length -= width - 1, word += width - 1)
        printf("%.*s-\n", width - 1, word);
    strcpy(current, word);
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

    width = abs(atoi(text));
    flush_right = *text == '-';
    current = calloc(length + 1, 1);
    char *paragraph = text + strcspn(text, "\n");
    if (*paragraph) paragraph++;
    while (paragraph) {
        char *end = strstr(paragraph, "\n\n");
        if (end) {
            *end = '\0';
            for (end++; *end == '\n';) end++;
        }
        for (char *word = strtok(paragraph, " \t\r\n"); word; word = strtok(NULL, " \t\r\n")) add(word);
        print_current();
        puts("--");
        paragraph = end;
    }
    return 0;
}
