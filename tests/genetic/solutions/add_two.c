#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Cuts the next word off, which ends at a blank; there is none after the last one. */
static char *next(char **rest) {
    char *word = *rest, *end;
    if (!word) return NULL;
    end = strchr(word, ' ');
    if (end) *end = '\0';
    *rest = end ? end + 1 : NULL;
    return word;
}

/* An empty word is 0, and what is no number is none. */
static double number(const char *word) {
    char *end;
    double value = strtod(word, &end);
    return *end ? NAN : value;
}

int main(void) {
    static char text[1 << 20];
    size_t length = fread(text, 1, sizeof text - 1, stdin);
    char *rest = text, *first, *second;
    double sum;
    for (size_t i = 0; i < length; i++)
        if (text[i] == '\n') text[i] = ' ';
    while (length > 0 && text[length - 1] == ' ') text[--length] = '\0';
    while (*rest == ' ') rest++;
    first = next(&rest);
    second = next(&rest);
    if (!second) {
        puts("Please provide two numbers.");
        return 0;
    }
    sum = number(first) + number(second);
    if (isnan(sum))
        puts("The result is: NaN");
    else
        printf("The result is: %.15g\n", sum);
    return 0;
}
