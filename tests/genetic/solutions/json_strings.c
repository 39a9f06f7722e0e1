#include <stdio.h>

static unsigned read_hex(void) {
    unsigned code = 0;
    if (scanf("%4x", &code) != 1) return 0xFFFD;
    return code;
}

static void print_utf8(unsigned code) {
    if (code < 0x80) {
        putchar((int)code);
    } else if (code < 0x800) {
        printf("%c%c", 0xC0 | code >> 6, 0x80 | (code & 0x3F));
    } else if (code < 0x10000) {
        printf("%c%c%c", 0xE0 | code >> 12, 0x80 | (code >> 6 & 0x3F), 0x80 | (code & 0x3F));
    } else {
        printf("%c%c%c%c", 0xF0 | code >> 18, 0x80 | (code >> 12 & 0x3F), 0x80 | (code >> 6 & 0x3F),
               0x80 | (code & 0x3F));
    }
}

static void print_escape(int c) {
    unsigned code;
    switch (c) {
        case 'b': putchar('\b'); break;
        case 'f': putchar('\f'); break;
        case 'n': putchar('\n'); break;
        case 'r': putchar('\r'); break;
        case 't': putchar('\t'); break;
        case 'u':
            code = read_hex();
            if (code >= 0xD800 && code < 0xDC00 && getchar() == '\\' && getchar() == 'u')
                code = 0x10000 + ((code - 0xD800) << 10) + (read_hex() - 0xDC00);
            print_utf8(code);
            break;
        default: putchar(c);
    }
}

int main(void) {
    int c;
    while ((c = getchar()) != EOF) {
        if (c != '"') continue;
        while ((c = getchar()) != '"' && c != EOF) {
            if (c == '\\') print_escape(getchar());
            else putchar(c);
        }
        putchar('\n');
    }
    return 0;
}
