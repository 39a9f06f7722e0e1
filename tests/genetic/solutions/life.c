#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int width = 0, height = 0;

static int neighbours(const char *world, int row, int column) {
    int count = 0;
    for (int y = row - 1; y <= row + 1; y++)
        for (int x = column - 1; x <= column + 1; x++)
            if ((y != row || x != column) && y >= 0 && y < height && x >= 0 && x < width)
                count += world[y * width + x];
    return count;
}

int main(void) {
    size_t size = 4096, length = 0, got;
    char *text = malloc(size);
    while ((got = fread(text + length, 1, size - length - 1, stdin)) > 0) {
        length += got;
        if (size - length < 2) text = realloc(text, size *= 2);
    }
    while (length > 0 && isspace((unsigned char)text[length - 1])) length--;
    text[length] = '\0';

    char *grid = strchr(text, '\n') + 1;
    for (char *line = grid; line; height++) {
        char *end = strchr(line, '\n');
        int wide = (int)(end ? end - line : (long)strlen(line));
        if (wide > width) width = wide;
        line = end ? end + 1 : NULL;
    }
    char *world = calloc((size_t)(width * height), 1), *next = calloc((size_t)(width * height), 1);
    for (int row = 0, column = 0; *grid; grid++) {
        if (*grid == '\n') row++, column = 0;
        else world[row * width + column++] = *grid == '#';
    }

    int generations = atoi(text), done = 0;
    for (; done < generations && memchr(world, 1, (size_t)(width * height)); done++) {
        for (int row = 0; row < height; row++) {
            for (int column = 0; column < width; column++) {
                int count = neighbours(world, row, column);
                next[row * width + column] = count == 3 || (world[row * width + column] && count == 2);
            }
        }
        char *old = world;
        world = next;
        next = old;
    }

    int alive = 0;
    for (int at = 0; at < width * height; at++) {
        alive += world[at];
        putchar(world[at] ? '#' : '.');
        if ((at + 1) % width == 0) putchar('\n');
    }
    if (alive > 0) printf("%d alive after %d\n", alive, done);
    else printf("extinct after %d\n", done);
    return 0;
}
