#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    char **cells;
    int count;
} Row;

static char *cell;
static size_t cell_room = 64, cell_length = 0;
static Row *rows = NULL;
static int row_count = 0;

static void push_char(int c) {
    if (cell_length + 1 == cell_room) cell = realloc(cell, cell_room *= 2);
    cell[cell_length++] = (char)c;
}

static void push_cell(Row *row) {
    cell[cell_length] = '\0';
    row->cells = realloc(row->cells, ((size_t)row->count + 1) * sizeof *row->cells);
    row->cells[row->count++] = strcpy(malloc(cell_length + 1), cell);
    cell_length = 0;
}

static void push_row(Row *row) {
    push_cell(row);
    if (row->count > 1 || row->cells[0][0]) {
        if ((row_count & (row_count - 1)) == 0)
            rows = realloc(rows, (row_count ? 2 * (size_t)row_count : 1) * sizeof *rows);
        rows[row_count++] = *row;
    }
    *row = (Row){NULL, 0};
}

static void read_rows(void) {
    Row row = {NULL, 0};
    int quoted = 0, c;
    while ((c = getchar()) != EOF) {
        if (quoted && c == '"') {
            c = getchar();
            if (c == '"') push_char('"');
            else quoted = 0, ungetc(c, stdin);
        } else if (quoted) {
            push_char(c);
        } else if (c == '"') {
            quoted = 1;
        } else if (c == ',') {
            push_cell(&row);
        } else if (c == '\n') {
            push_row(&row);
        } else if (c != '\r') {
            push_char(c);
        }
    }
    push_row(&row);
}

static int is_integer(const char *text) {
    if (*text == '-') text++;
    return *text && text[strspn(text, "0123456789")] == '\0';
}

static void sum_up(int column) {
    char **different = malloc((size_t)row_count * sizeof *different);
    int found = 0, integers = 1, any = 0;
    long long sum = 0;
    for (int at = 1; at < row_count; at++) {
        if (column >= rows[at].count || !rows[at].cells[column][0]) continue;
        char *text = rows[at].cells[column];
        any = 1;
        if (is_integer(text)) sum += atoll(text);
        else integers = 0;
        int known = 0;
        while (known < found && strcmp(different[known], text) != 0) known++;
        if (known == found) different[found++] = text;
    }
    if (any && integers) printf("%s: sum %lld\n", rows[0].cells[column], sum);
    else printf("%s: %d different\n", rows[0].cells[column], found);
    free(different);
}

int main(void) {
    cell = malloc(cell_room);
    read_rows();
    if (row_count == 0) puts("no table");
    else for (int column = 0; column < rows[0].count; column++) sum_up(column);
    return 0;
}
