#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *WEEKDAYS[] = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                 "Thursday", "Friday", "Saturday"};

static int is_leap(int year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

static int days_in(int year, int month) {
    static const int DAYS[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return DAYS[month - 1] + (month == 2 && is_leap(year));
}

/* The first of January of the year 0 is day 0, and a Saturday. */
static int first_day(int year) {
    if (year == 0) return 0;
    int before = year - 1;
    return year * 365 + before / 4 - before / 100 + before / 400 + 1;
}

static int parse(const char *word) {
    int year, month, day;
    const char *shape = "dddd-dd-dd";
    for (int at = 0; at <= 10; at++) {
        int digit = word[at] >= '0' && word[at] <= '9';
        if (shape[at] == 'd' ? !digit : word[at] != shape[at]) return -1;
    }
    sscanf(word, "%4d-%2d-%2d", &year, &month, &day);
    if (month < 1 || month > 12 || day < 1 || day > days_in(year, month)) return -1;
    int days = first_day(year) + day - 1;
    for (int each = 1; each < month; each++) days += days_in(year, each);
    return days;
}

static void print_date(int days) {
    int year = days / 366, month = 1;
    while (first_day(year + 1) <= days) year++;
    days -= first_day(year);
    for (; days >= days_in(year, month); month++) days -= days_in(year, month);
    printf("%04d-%02d-%02d\n", year, month, days + 1);
}

static void answer(char *line) {
    char *first = strtok(line, " "), *operator = strtok(NULL, " "), *second = strtok(NULL, " ");
    int date = parse(first);
    if (date < 0) {
        printf("invalid date %s\n", first);
    } else if (!operator) {
        puts(WEEKDAYS[(date + 6) % 7]);
    } else if (strcmp(operator, "to") == 0) {
        int other = parse(second);
        if (other < 0) printf("invalid date %s\n", second);
        else printf("%d days\n", other - date);
    } else if (second[strspn(second, "0123456789")]) {
        printf("invalid number %s\n", second);
    } else {
        print_date(*operator == '+' ? date + atoi(second) : date - atoi(second));
    }
}

int main(void) {
    char *line = NULL;
    size_t room = 0;
    ssize_t length;
    int any = 0;
    while ((length = getline(&line, &room, stdin)) >= 0) {
        if (line[length - 1] == '\n') line[--length] = '\0';
        if (length == 0) continue;
        any = 1;
        answer(line);
    }
    if (!any) puts("no dates");
    return 0;
}
