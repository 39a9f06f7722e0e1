#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(void) {
    char *line = NULL;
    size_t room = 0;
    int any = 0;
    for (;;) {
        ssize_t length = getline(&line, &room, stdin);
        if (length < 0) break;
        any = 1;
        if (line[length - 1] == '\n') line[--length] = '\0';
        char **words = malloc(((size_t)length + 1) * sizeof *words);
        int count = 0;
        for (char *word = strtok(line, " \t"); word; word = strtok(NULL, " \t")) words[count++] = word;
        while (count-- > 0) printf("%s%s", words[count], count > 0 ? " " : "");
        putchar('\n');
        free(words);
    }
    if (!any) putchar('\n');
    return 0;
}
