#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    int value;
    const char *numeral;
} NUMERALS[] = {
    {1000, "M"}, {900, "CM"}, {500, "D"}, {400, "CD"}, {100, "C"}, {90, "XC"}, {50, "L"},
    {40, "XL"},  {10, "X"},   {9, "IX"},  {5, "V"},    {4, "IV"},  {1, "I"},
};
enum { KINDS = sizeof NUMERALS / sizeof *NUMERALS };

static void to_roman(int number, char *roman) {
    *roman = '\0';
    for (int kind = 0; kind < KINDS; kind++)
        for (; number >= NUMERALS[kind].value; number -= NUMERALS[kind].value)
            strcat(roman, NUMERALS[kind].numeral);
}

static int from_roman(const char *roman) {
    int number = 0;
    const char *at = roman;
    char again[32];
    for (int kind = 0; kind < KINDS; kind++) {
        size_t length = strlen(NUMERALS[kind].numeral);
        for (; strncmp(at, NUMERALS[kind].numeral, length) == 0; at += length) {
            number += NUMERALS[kind].value;
            if (number > 3999) return 0;
        }
    }
    to_roman(number, again);
    return strcmp(again, roman) == 0 ? number : 0;
}

int main(void) {
    char word[256], roman[32];
    int any = 0;
    while (scanf("%255s", word) == 1) {
        any = 1;
        printf("%s = ", word);
        if (word[strspn(word, "0123456789")] == '\0') {
            double number = strtod(word, NULL);
            if (number < 1 || number > 3999) {
                puts("out of range");
            } else {
                to_roman((int)number, roman);
                puts(roman);
            }
            continue;
        }
        for (char *at = word; *at; at++) *at = (char)toupper((unsigned char)*at);
        int number = from_roman(word);
        if (number > 0) printf("%d\n", number);
        else puts("not a numeral");
    }
    if (!any) puts("nothing to translate");
    return 0;
}
