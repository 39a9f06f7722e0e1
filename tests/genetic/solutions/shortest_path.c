#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    int to;
    long long length;
} Road;

typedef struct {
    char *name;
    Road *roads;
    int count, done, reached, previous;
    long long distance;
} Place;

static Place *places = NULL;
static int place_count = 0;

static int find(const char *name) {
    for (int at = 0; at < place_count; at++)
        if (strcmp(places[at].name, name) == 0) return at;
    places = realloc(places, ((size_t)place_count + 1) * sizeof *places);
    places[place_count] = (Place){.name = strcpy(malloc(strlen(name) + 1), name)};
    return place_count++;
}

static void connect(int from, int to, long long length) {
    Place *place = &places[from];
    place->roads = realloc(place->roads, ((size_t)place->count + 1) * sizeof *place->roads);
    place->roads[place->count++] = (Road){to, length};
}

static void print_path(int from, int to) {
    if (to != from) {
        print_path(from, places[to].previous);
        printf(" > ");
    }
    printf("%s", places[to].name);
}

static void search(int from, int to) {
    int *order = malloc((size_t)place_count * sizeof *order), known = 0;
    for (int at = 0; at < place_count; at++) places[at].done = places[at].reached = 0;
    places[from].reached = 1;
    places[from].distance = 0;
    order[known++] = from;
    for (;;) {
        int nearest = -1;
        for (int at = 0; at < known; at++)
            if (!places[order[at]].done &&
                (nearest < 0 || places[order[at]].distance < places[nearest].distance))
                nearest = order[at];
        if (nearest < 0) {
            puts("no way");
            break;
        }
        if (nearest == to) {
            print_path(from, to);
            printf(" (%lld)\n", places[to].distance);
            break;
        }
        places[nearest].done = 1;
        for (int at = 0; at < places[nearest].count; at++) {
            Road road = places[nearest].roads[at];
            Place *place = &places[road.to];
            long long through = places[nearest].distance + road.length;
            if (place->reached && through >= place->distance) continue;
            if (!place->reached) order[known++] = road.to;
            place->reached = 1;
            place->distance = through;
            place->previous = nearest;
        }
    }
    free(order);
}

static char *trim(char *line) {
    static const char BLANK[] = " \t\r\n";
    size_t length = strlen(line);
    while (length > 0 && strchr(BLANK, line[length - 1])) line[--length] = '\0';
    return line + strspn(line, BLANK);
}

int main(void) {
    char *line = NULL;
    size_t room = 0;
    while (getline(&line, &room, stdin) >= 0) {
        char *all = trim(line), *copy = strcpy(malloc(strlen(all) + 1), all);
        char *from = strtok(copy, " "), *sign = strtok(NULL, " "), *to = strtok(NULL, " ");
        char *length = strtok(NULL, " ");
        if (to && strcmp(sign, "?") == 0) {
            printf("%s to %s: ", from, to);
            int start = find(from), end = find(to);
            search(start, end);
        } else if (length && (strcmp(sign, "-") == 0 || strcmp(sign, ">") == 0)) {
            int start = find(from), end = find(to);
            connect(start, end, atoll(length));
            if (*sign == '-') connect(end, start, atoll(length));
        } else if (from) {
            printf("ignored: %s\n", all);
        }
        free(copy);
    }
    return 0;
}
