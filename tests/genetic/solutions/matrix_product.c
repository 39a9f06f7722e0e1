#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    int rows, columns;
    long long *cells;
} Matrix;

static char *line = NULL;
static size_t room = 0;

/* Reads the lines up to the next blank one; no rows where nothing is left. */
static Matrix read_matrix(void) {
    Matrix matrix = {0, 0, NULL};
    int count = 0;
    while (getline(&line, &room, stdin) >= 0) {
        char *word = strtok(line, " \n");
        if (!word && matrix.rows > 0) break;
        if (!word) continue;
        matrix.rows++;
        for (; word; word = strtok(NULL, " \n")) {
            if ((count & (count - 1)) == 0)
                matrix.cells = realloc(matrix.cells, (count ? 2 * (size_t)count : 1) * sizeof(long long));
            matrix.cells[count++] = atoll(word);
        }
    }
    if (matrix.rows > 0) matrix.columns = count / matrix.rows;
    return matrix;
}

static Matrix multiply(Matrix left, Matrix right) {
    Matrix product = {left.rows, right.columns, NULL};
    product.cells = calloc((size_t)(left.rows * right.columns), sizeof(long long));
    for (int row = 0; row < left.rows; row++)
        for (int column = 0; column < right.columns; column++)
            for (int at = 0; at < left.columns; at++)
                product.cells[row * right.columns + column] +=
                    left.cells[row * left.columns + at] * right.cells[at * right.columns + column];
    free(left.cells);
    free(right.cells);
    return product;
}

int main(void) {
    Matrix product = read_matrix();
    for (Matrix next = read_matrix(); next.rows > 0; next = read_matrix()) {
        if (product.columns != next.rows) {
            printf("cannot multiply %dx%d by %dx%d\n", product.rows, product.columns, next.rows, next.columns);
            return 0;
        }
        product = multiply(product, next);
    }
    for (int at = 0; at < product.rows * product.columns; at++)
        printf("%lld%c", product.cells[at], (at + 1) % product.columns ? ' ' : '\n');
    return 0;
}
