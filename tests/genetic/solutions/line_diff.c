#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(void) {
    char **lines = NULL, *line = NULL;
    size_t room = 0;
    ssize_t length;
    int count = 0, middle = -1;
    while ((length = getline(&line, &room, stdin)) >= 0) {
        if (line[length - 1] == '\n') line[length - 1] = '\0';
        if (middle < 0 && strcmp(line, "=====") == 0) middle = count;
        lines = realloc(lines, ((size_t)count + 1) * sizeof *lines);
        lines[count++] = line;
        line = NULL;
        room = 0;
    }
    int n = middle < 0 ? count : middle, m = middle < 0 ? 0 : count - middle - 1, wide = m + 1;
    char **before = lines, **after = lines + middle + 1;
    int *common = calloc((size_t)(n + 1) * (size_t)wide, sizeof *common);
    for (int i = n - 1; i >= 0; i--) {
        for (int j = m - 1; j >= 0; j--) {
            int down = common[(i + 1) * wide + j], right = common[i * wide + j + 1];
            int same = strcmp(before[i], after[j]) == 0;
            common[i * wide + j] = same ? common[(i + 1) * wide + j + 1] + 1 : down > right ? down : right;
        }
    }
    for (int i = 0, j = 0; i < n || j < m;) {
        if (i < n && j < m && strcmp(before[i], after[j]) == 0) {
            printf("  %s\n", before[i]);
            i++, j++;
        } else if (j == m || (i < n && common[(i + 1) * wide + j] >= common[i * wide + j + 1])) {
            printf("- %s\n", before[i++]);
        } else {
            printf("+ %s\n", after[j++]);
        }
    }
    printf("%d kept, %d removed, %d added\n", common[0], n - common[0], m - common[0]);
    return 0;
}
