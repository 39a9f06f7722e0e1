#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    char *name;
    long long value;
} Variable;

static Variable *variables = NULL;
static int variable_count = 0;

static const char *at;
static char *token;
static char error[256];

/* Moves to the next token; "end" at the end of the line. */
static void next(void) {
    while (isspace((unsigned char)*at)) at++;
    const char *start = at;
    if (isdigit((unsigned char)*at)) while (isdigit((unsigned char)*at)) at++;
    else if (islower((unsigned char)*at)) while (islower((unsigned char)*at)) at++;
    else if (*at) at++;
    if (at == start) {
        strcpy(token, "end");
    } else {
        memcpy(token, start, (size_t)(at - start));
        token[at - start] = '\0';
    }
}

static int is(const char *text) { return strcmp(token, text) == 0; }

static long long fail(const char *text, const char *detail) {
    if (!*error) snprintf(error, sizeof error, text, detail);
    return 0;
}

static Variable *find(const char *name) {
    for (int each = 0; each < variable_count; each++)
        if (strcmp(variables[each].name, name) == 0) return &variables[each];
    return NULL;
}

static long long sum(void);
static long long power(void);

static void expect(const char *wanted) {
    char text[64];
    snprintf(text, sizeof text, "expected %s, got %%s", wanted);
    if (is(wanted)) next();
    else fail(text, token);
}

static long long atom(void) {
    if (*error) return 0;
    long long value = 0;
    if (is("(")) {
        next();
        value = sum();
        expect(")");
    } else if (is("-")) {
        next();
        value = -power();
    } else if (isdigit((unsigned char)*token)) {
        value = atoll(token);
        next();
    } else if (!is("end") && islower((unsigned char)*token)) {
        Variable *variable = find(token);
        if (!variable) return fail("unknown name %s", token);
        value = variable->value;
        next();
    } else {
        fail("unexpected %s", token);
    }
    return value;
}

static long long power(void) {
    long long base = atom(), result = 1;
    if (*error || !is("^")) return base;
    next();
    long long exponent = power();
    if (exponent < 0) return fail("negative exponent", "");
    while (exponent-- > 0) result *= base;
    return result;
}

static long long product(void) {
    long long value = power();
    while (!*error && (is("*") || is("/") || is("%"))) {
        char operator = *token;
        next();
        long long right = power();
        if (*error) return 0;
        if (operator != '*' && right == 0) return fail("division by zero", "");
        value = operator == '*' ? value * right : operator == '/' ? value / right : value % right;
    }
    return value;
}

static long long sum(void) {
    long long value = product();
    while (!*error && (is("+") || is("-"))) {
        char operator = *token;
        next();
        long long right = product();
        value = operator == '+' ? value + right : value - right;
    }
    return value;
}

static void assign(const char *name, long long value) {
    Variable *variable = find(name);
    if (!variable) {
        variables = realloc(variables, ((size_t)variable_count + 1) * sizeof *variables);
        variable = &variables[variable_count++];
        variable->name = strcpy(malloc(strlen(name) + 1), name);
    }
    variable->value = value;
}

static void evaluate(const char *line) {
    char *name = malloc(strlen(line) + 4);
    token = malloc(strlen(line) + 4);
    at = line;
    *error = '\0';
    next();
    strcpy(name, token);
    int assigns = islower((unsigned char)*name) && (next(), is("="));
    at = assigns ? at : line;
    next();
    long long value = sum();
    expect("end");
    if (*error) {
        printf("error: %s\n", error);
    } else {
        if (assigns) assign(name, value);
        printf("%lld\n", value);
    }
    free(name);
    free(token);
}

int main(void) {
    char *line = NULL;
    size_t room = 0;
    while (getline(&line, &room, stdin) >= 0) evaluate(line);
    return 0;
}
