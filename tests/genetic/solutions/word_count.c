#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(void) {
    size_t room = 64, longest_room = 64, length = 0, width = 0, longest_width = 0;
    char *word = malloc(room), *longest = strcpy(malloc(longest_room), "none");
    int lines = 0, words = 0, characters = 0, c;
    do {
        c = getchar();
        if (c == EOF || c == ' ' || c == '\t' || c == '\r' || c == '\n') {
            if (length > 0) words++;
            if (width > longest_width) {
                word[length] = '\0';
                longest = strcpy(realloc(longest, room), word);
                longest_width = width;
            }
            length = width = 0;
        } else {
            if (length + 1 == room) word = realloc(word, room *= 2);
            word[length++] = (char)c;
            width += (c & 0xC0) != 0x80;
        }
        if (c == '\n') lines++;
        if (c != EOF && (c & 0xC0) != 0x80) characters++;
    } while (c != EOF);
    printf("lines: %d\nwords: %d\ncharacters: %d\nlongest: %s\n", lines, words, characters, longest);
    return 0;
}
