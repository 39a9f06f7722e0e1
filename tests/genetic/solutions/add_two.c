#include <stdio.h>
#include <stdlib.h>

/* Reads a line and the number at its start; 0 if there is none. */
static int read_number(double *number) {
    char line[64], *end;
    size_t length = 0;
    int c;
    while ((c = getchar()) != EOF && c != '\n')
        if (length < sizeof line - 1) line[length++] = (char)c;
    line[length] = '\0';
    *number = strtod(line, &end);
    return end != line;
}

int main(void) {
    double first, second;
    int both = read_number(&first) && read_number(&second);
    if (both)
        printf("The result is: %.15g\n", first + second);
    else
        puts("Please provide two numbers.");
    return 0;
}
