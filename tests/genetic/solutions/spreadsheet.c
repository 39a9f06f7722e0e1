#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    enum { FRESH, TEXT, NUMBER, ERROR } kind;
    const char *text;
    long long number;
} Cell;

typedef struct {
    Cell *cells;
    int count;
} Row;

static Row *rows = NULL;
static int row_count = 0;

static const char *at;
static const char *error;

static long long expression(void);

static long long fail(const char *text) {
    if (!error) error = text;
    return 0;
}

static int is_number(const char *text) {
    if (*text == '-') text++;
    return *text && text[strspn(text, "0123456789")] == '\0';
}

static void compute(Cell *cell) {
    if (is_number(cell->text)) {
        cell->kind = NUMBER;
        cell->number = atoll(cell->text);
    } else if (*cell->text != '=') {
        cell->kind = TEXT;
    } else {
        const char *outer = at, *outer_error = error, *source = cell->text + 1;
        *cell = (Cell){ERROR, "#CYCLE", 0};
        at = source;
        error = NULL;
        long long number = expression();
        if (!error && *at) fail("#SYNTAX");
        *cell = error ? (Cell){ERROR, error, 0} : (Cell){NUMBER, "", number};
        at = outer;
        error = outer_error;
    }
}

static long long number_at(int column, int row) {
    if (error || row < 0 || row >= row_count || column >= rows[row].count) return 0;
    Cell *cell = &rows[row].cells[column];
    if (cell->kind == FRESH) compute(cell);
    if (cell->kind == ERROR) return fail(cell->text);
    if (cell->kind == TEXT) return *cell->text ? fail("#VALUE") : 0;
    return cell->number;
}

static int take(const char *text) {
    size_t length = strlen(text);
    if (error || strncmp(at, text, length) != 0) return 0;
    at += length;
    return 1;
}

static long long reference(int *column, int *row) {
    if (error || !isupper((unsigned char)at[0]) || !isdigit((unsigned char)at[1])) return fail("#SYNTAX");
    *column = *at - 'A';
    *row = (int)strtol(at + 1, (char **)&at, 10) - 1;
    return 0;
}

static long long range(int largest) {
    int left = 0, top = 0, right = 0, bottom = 0;
    reference(&left, &top);
    if (!take(":")) return fail("#SYNTAX");
    reference(&right, &bottom);
    if (!take(")")) return fail("#SYNTAX");
    long long result = 0;
    for (int row = top; row <= bottom; row++) {
        for (int column = left; column <= right; column++) {
            long long number = number_at(column, row);
            int first = row == top && column == left;
            if (!largest) result += number;
            else if (first || number > result) result = number;
        }
    }
    return result;
}

static long long factor(void) {
    int column = 0, row = 0;
    if (error) return 0;
    if (isdigit((unsigned char)*at)) return strtoll(at, (char **)&at, 10);
    if (take("-")) return -factor();
    if (take("SUM(")) return range(0);
    if (take("MAX(")) return range(1);
    if (take("(")) {
        long long value = expression();
        return take(")") ? value : fail("#SYNTAX");
    }
    reference(&column, &row);
    return number_at(column, row);
}

static long long divide(long long a, long long b) {
    if (b == 0) return fail("#ZERO");
    return a / b - (a % b != 0 && (a < 0) != (b < 0));
}

static long long term(void) {
    long long value = factor();
    for (;;) {
        if (take("*")) {
            value *= factor();
        } else if (take("/")) {
            long long right = factor();
            value = error ? 0 : divide(value, right);
        } else {
            return value;
        }
    }
}

static long long expression(void) {
    long long value = term();
    for (;;) {
        if (take("+")) value += term();
        else if (take("-")) value -= term();
        else return value;
    }
}

static char *trim(char *text) {
    size_t length = strlen(text);
    while (length > 0 && isspace((unsigned char)text[length - 1])) text[--length] = '\0';
    while (isspace((unsigned char)*text)) text++;
    return text;
}

static void read_row(char *line) {
    Row row = {NULL, 0};
    for (char *end; line; line = end) {
        end = strchr(line, ';');
        if (end) *end++ = '\0';
        row.cells = realloc(row.cells, ((size_t)row.count + 1) * sizeof *row.cells);
        row.cells[row.count++] = (Cell){FRESH, trim(line), 0};
    }
    rows = realloc(rows, ((size_t)row_count + 1) * sizeof *rows);
    rows[row_count++] = row;
}

int main(void) {
    char *line = NULL;
    size_t room = 0;
    while (getline(&line, &room, stdin) >= 0) {
        read_row(line);
        line = NULL;
        room = 0;
    }
    for (int row = 0; row < row_count; row++) {
        for (int column = 0; column < rows[row].count; column++) {
            Cell *cell = &rows[row].cells[column];
            if (column > 0) putchar(';');
            if (cell->kind == FRESH) compute(cell);
            if (cell->kind == NUMBER) printf("%lld", cell->number);
            else printf("%s", cell->text);
        }
        putchar('\n');
    }
    return 0;
}
