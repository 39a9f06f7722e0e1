#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    char *word;
    int count;
} Entry;

static Entry *entries = NULL;
static int different = 0;

static void add(const char *word) {
    for (int at = 0; at < different; at++) {
        if (strcmp(entries[at].word, word) != 0) continue;
        entries[at].count++;
        return;
    }
    entries = realloc(entries, ((size_t)different + 1) * sizeof *entries);
    entries[different].word = strcpy(malloc(strlen(word) + 1), word);
    entries[different++].count = 1;
}

static int compare(const void *left, const void *right) {
    const Entry *a = left, *b = right;
    return a->count != b->count ? b->count - a->count : strcmp(a->word, b->word);
}

static void print_padded(const char *text, int width, int right) {
    int dots = width - (int)strlen(text);
    if (!right) printf("%s", text);
    while (dots-- > 0) putchar('.');
    if (right) printf("%s", text);
}

int main(void) {
    size_t room = 64, length = 0;
    char *word = malloc(room), number[16];
    int total = 0, c = getchar();
    while (c != EOF) {
        if (!isalpha(c)) {
            c = getchar();
            continue;
        }
        for (length = 0; isalpha(c);) {
            if (length + 3 > room) word = realloc(word, room *= 2);
            word[length++] = (char)tolower(c);
            c = getchar();
            if (c != '\'') continue;
            c = getchar();
            if (isalpha(c)) word[length++] = '\'';
        }
        word[length] = '\0';
        add(word);
        total++;
    }
    if (different > 0) qsort(entries, (size_t)different, sizeof *entries, compare);
    for (int at = 0; at < different && at < 10; at++) {
        print_padded(entries[at].word, 12, 0);
        snprintf(number, sizeof number, "%d", entries[at].count);
        print_padded(number, 5, 1);
        printf(" %d%%\n", 100 * entries[at].count / total);
    }
    printf("%d words, %d different\n", total, different);
    return 0;
}
