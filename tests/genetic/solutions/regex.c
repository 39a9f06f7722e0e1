#include <ctype.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    enum { ONE, ANY, SET, START, END } kind;
    char character;
    int negated, least, most;
    const char *set, *set_end;
} Item;

static Item *items;
static int item_count;

static int is_quantifier(char c) { return c == '*' || c == '+' || c == '?'; }

static int parse(const char *at) {
    items = malloc((strlen(at) + 1) * sizeof *items);
    item_count = 0;
    while (*at) {
        Item item = {.kind = ONE, .character = *at, .least = 1, .most = 1};
        if (*at == '[') {
            const char *close = at[1] ? strchr(at + 2, ']') : NULL;
            if (!close) return 0;
            item.kind = SET;
            item.negated = at[1] == '^';
            item.set = at + 1 + item.negated;
            item.set_end = close;
            at = close + 1;
        } else if (*at == '\\') {
            if (!at[1]) return 0;
            item.character = at[1];
            at += 2;
        } else if (is_quantifier(*at)) {
            return 0;
        } else {
            item.kind = *at == '.' ? ANY : *at == '^' ? START : *at == '$' ? END : ONE;
            at++;
        }
        if (is_quantifier(*at)) {
            if (item.kind == START || item.kind == END) return 0;
            if (*at != '+') item.least = 0;
            if (*at != '?') item.most = INT_MAX;
            at++;
        }
        items[item_count++] = item;
    }
    return 1;
}

static int in_set(const Item *item, char c) {
    for (const char *at = item->set; at < item->set_end; at++) {
        if (at + 2 < item->set_end && at[1] == '-') {
            if (at[0] <= c && c <= at[2]) return 1;
            at += 2;
        } else if (*at == c) {
            return 1;
        }
    }
    return 0;
}

static int fits(const Item *item, char c) {
    if (item->kind == ANY) return 1;
    if (item->kind == ONE) return item->character == c;
    return in_set(item, c) != item->negated;
}

static int match(int index, const char *text, int at) {
    if (index == item_count) return at;
    const Item *item = &items[index];
    if (item->kind == START) return at == 0 ? match(index + 1, text, at) : -1;
    if (item->kind == END) return text[at] == '\0' ? match(index + 1, text, at) : -1;
    int count = 0;
    while (count < item->most && text[at + count] && fits(item, text[at + count])) count++;
    for (; count >= item->least; count--) {
        int end = match(index + 1, text, at + count);
        if (end >= 0) return end;
    }
    return -1;
}

static void search(const char *pattern, const char *text) {
    int length = (int)strlen(text), valid = parse(pattern);
    for (int start = 0; valid && start <= length; start++) {
        int end = match(0, text, start);
        if (end < 0) continue;
        printf("%.*s<%.*s>%s\n", start, text, end - start, text + start, text + end);
        free(items);
        return;
    }
    puts(valid ? "no match" : "bad pattern");
    free(items);
}

int main(void) {
    size_t size = 4096, length = 0, got;
    char *all = malloc(size);
    while ((got = fread(all + length, 1, size - length - 1, stdin)) > 0) {
        length += got;
        if (size - length < 2) all = realloc(all, size *= 2);
    }
    while (length > 0 && isspace((unsigned char)all[length - 1])) length--;
    all[length] = '\0';
    for (char *line = all, *end; line; line = end) {
        end = strchr(line, '\n');
        if (end) *end++ = '\0';
        char *blank = strchr(line, ' '), *text = blank ? blank + 1 : line + strlen(line);
        if (blank) *blank = '\0';
        search(line, text);
    }
    return 0;
}
