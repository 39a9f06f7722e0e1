#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct Value {
    enum { WORD, NUMBER, STRING, LIST, OBJECT } kind;
    char *text;
    double number;
    char **keys;
    struct Value **items;
    int count;
} Value;

static const char *at;
static int failed = 0;

static void *fail(void) {
    failed = 1;
    return NULL;
}

static void skip(void) {
    while (*at == ' ' || *at == '\t' || *at == '\r' || *at == '\n') at++;
}

static int take(char c) {
    skip();
    if (*at != c) return 0;
    at++;
    return 1;
}

static unsigned read_hex(void) {
    char digits[5] = "", *end;
    strncpy(digits, at, 4);
    if (strspn(digits, "0123456789abcdefABCDEF") < 4) return fail(), 0u;
    at += 4;
    return (unsigned)strtoul(digits, &end, 16);
}

static char *put_utf8(char *to, unsigned code) {
    if (code < 0x80) {
        *to++ = (char)code;
    } else if (code < 0x800) {
        *to++ = (char)(0xC0 | code >> 6);
        *to++ = (char)(0x80 | (code & 0x3F));
    } else if (code < 0x10000) {
        *to++ = (char)(0xE0 | code >> 12);
        *to++ = (char)(0x80 | (code >> 6 & 0x3F));
        *to++ = (char)(0x80 | (code & 0x3F));
    } else {
        *to++ = (char)(0xF0 | code >> 18);
        *to++ = (char)(0x80 | (code >> 12 & 0x3F));
        *to++ = (char)(0x80 | (code >> 6 & 0x3F));
        *to++ = (char)(0x80 | (code & 0x3F));
    }
    return to;
}

/* Reads a string after its opening quote. */
static char *read_string(void) {
    static const char FROM[] = "\"\\/bfnrt", TO[] = "\"\\/\b\f\n\r\t";
    const char *end = at;
    while (*end && *end != '"') end += *end == '\\' && end[1] ? 2 : 1;
    char *text = malloc((size_t)(end - at) + 1), *to = text;
    while (!failed && *at != '"') {
        if ((unsigned char)*at < ' ') return fail();
        if (*at != '\\') {
            *to++ = *at++;
            continue;
        }
        char escape = *++at;
        const char *found = escape ? strchr(FROM, escape) : NULL;
        if (*at) at++;
        if (found) {
            *to++ = TO[found - FROM];
        } else if (escape == 'u') {
            unsigned code = read_hex();
            if (code >= 0xD800 && code < 0xDC00 && at[0] == '\\' && at[1] == 'u') {
                at += 2;
                code = 0x10000 + ((code - 0xD800) << 10) + (read_hex() - 0xDC00);
            }
            to = put_utf8(to, code);
        } else {
            return fail();
        }
    }
    at++;
    *to = '\0';
    return text;
}

static int digits(void) {
    const char *start = at;
    while (*at >= '0' && *at <= '9') at++;
    return at > start;
}

static int read_number(double *number) {
    const char *start = at;
    if (*at == '-') at++;
    if (*at == '0') at++;
    else if (!digits()) return 0;
    if (*at == '.' && (at++, !digits())) return 0;
    if (*at == 'e' || *at == 'E') {
        at++;
        if (*at == '+' || *at == '-') at++;
        if (!digits()) return 0;
    }
    *number = strtod(start, NULL);
    return 1;
}

static int is_index(const char *key) {
    size_t length = strlen(key);
    return length > 0 && length < 10 && strspn(key, "0123456789") == length && (*key != '0' || length == 1);
}

/* Where an object has a key, or should get it: indices come first, in their order. */
static int place(const Value *object, const char *key, int *found) {
    int slot = 0;
    for (*found = 0; slot < object->count; slot++)
        if (strcmp(object->keys[slot], key) == 0) return *found = 1, slot;
    if (!is_index(key)) return slot;
    for (slot = 0; slot < object->count && is_index(object->keys[slot]); slot++)
        if (atoi(object->keys[slot]) > atoi(key)) break;
    return slot;
}

static void insert(Value *into, char *key, Value *item) {
    int found = 0, slot = key ? place(into, key, &found) : into->count;
    if (!found) {
        into->count++;
        into->items = realloc(into->items, (size_t)into->count * sizeof *into->items);
        into->keys = realloc(into->keys, (size_t)into->count * sizeof *into->keys);
        for (int each = into->count - 1; each > slot; each--) {
            into->items[each] = into->items[each - 1];
            into->keys[each] = into->keys[each - 1];
        }
        into->keys[slot] = key;
    }
    into->items[slot] = item;
}

static Value *parse(void) {
    static char *WORDS[] = {"true", "false", "null"};
    Value *value = calloc(1, sizeof *value);
    skip();
    if (failed) return NULL;
    if (take('"')) {
        value->kind = STRING;
        value->text = read_string();
        return value;
    }
    if (*at == '[' || *at == '{') {
        char close = *at++ == '[' ? ']' : '}';
        value->kind = close == ']' ? LIST : OBJECT;
        if (take(close)) return value;
        do {
            char *key = NULL;
            if (value->kind == OBJECT) {
                if (!take('"')) return fail();
                key = read_string();
                if (failed || !take(':')) return fail();
            }
            Value *item = parse();
            if (failed) return NULL;
            insert(value, key, item);
        } while (take(','));
        return take(close) ? value : fail();
    }
    for (int word = 0; word < 3; word++) {
        size_t length = strlen(WORDS[word]);
        if (strncmp(at, WORDS[word], length) != 0) continue;
        at += length;
        value->text = WORDS[word];
        return value;
    }
    value->kind = NUMBER;
    return read_number(&value->number) ? value : fail();
}

static void print_string(const char *text) {
    static const char FROM[] = "\b\f\n\r\t\"\\", TO[] = "bfnrt\"\\";
    putchar('"');
    for (; *text; text++) {
        const char *found = strchr(FROM, *text);
        if (found) printf("\\%c", TO[found - FROM]);
        else if ((unsigned char)*text < ' ') printf("\\u%04x", (unsigned)*text);
        else putchar(*text);
    }
    putchar('"');
}

static void print(const Value *value, int depth) {
    if (value->kind == WORD) {
        printf("%s", value->text);
    } else if (value->kind == NUMBER) {
        printf("%.15g", value->number == 0 ? 0.0 : value->number);
    } else if (value->kind == STRING) {
        print_string(value->text);
    } else if (value->count == 0) {
        printf(value->kind == LIST ? "[]" : "{}");
    } else {
        putchar(value->kind == LIST ? '[' : '{');
        for (int item = 0; item < value->count; item++) {
            printf("%s\n%*s", item > 0 ? "," : "", 2 * depth + 2, "");
            if (value->kind == OBJECT) {
                print_string(value->keys[item]);
                printf(": ");
            }
            print(value->items[item], depth + 1);
        }
        printf("\n%*s%c", 2 * depth, "", value->kind == LIST ? ']' : '}');
    }
}

int main(void) {
    size_t size = 4096, length = 0, got;
    char *text = malloc(size);
    while ((got = fread(text + length, 1, size - length - 1, stdin)) > 0) {
        length += got;
        if (size - length < 2) text = realloc(text, size *= 2);
    }
    text[length] = '\0';
    at = text;
    Value *value = parse();
    if (!failed) skip();
    if (failed || at != text + length) printf("not JSON");
    else print(value, 0);
    putchar('\n');
    return 0;
}
