#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct Scope Scope;
typedef struct Value Value;

struct Value {
    enum { NUMBER, SYMBOL, BOOLEAN, NIL, PAIR, BUILTIN, LAMBDA } kind;
    union {
        long long number;
        char *name;
        struct {
            Value *head, *tail;
        };
        Value *(*builtin)(Value *);
        struct {
            Value *names, *body;
            Scope *scope;
        };
    };
};

struct Scope {
    char *name;
    Value *value;
    Scope *next;
    Scope *outer;
};

static Value nil = {.kind = NIL}, yes = {.kind = BOOLEAN, .number = 1}, no = {.kind = BOOLEAN};
static char *text;
static const char *error = NULL;

static Value *make(Value value) {
    Value *made = malloc(sizeof *made);
    *made = value;
    return made;
}

static Value *number(long long value) { return make((Value){.kind = NUMBER, .number = value}); }
static Value *symbol(char *name) { return make((Value){.kind = SYMBOL, .name = name}); }
static Value *pair(Value *head, Value *tail) {
    return make((Value){.kind = PAIR, .head = head, .tail = tail});
}

static void show(const Value *value) {
    if (value->kind == NUMBER) {
        printf("%lld", value->number);
    } else if (value->kind == SYMBOL) {
        printf("%s", value->name);
    } else if (value->kind == BOOLEAN) {
        printf(value->number ? "#t" : "#f");
    } else if (value->kind == NIL || value->kind == PAIR) {
        putchar('(');
        for (; value->kind == PAIR; value = value->tail) {
            show(value->head);
            if (value->tail->kind == PAIR) putchar(' ');
        }
        putchar(')');
    } else {
        printf("<function>");
    }
}

/* The first error of a form is printed at once; all else is skipped until the form ends. */
static Value *fail(const char *message, const Value *culprit) {
    if (error) return &nil;
    error = message;
    printf("error: %s", message);
    if (culprit) show(culprit);
    putchar('\n');
    return &nil;
}

static char *next_token(void) {
    text += strspn(text, " \t\r\n");
    if (!*text) return NULL;
    size_t length = strchr("()'", *text) ? 1 : strcspn(text, " \t\r\n()'");
    char *token = calloc(length + 1, 1);
    memcpy(token, text, length);
    text += length;
    return token;
}

static int at_close(void) {
    text += strspn(text, " \t\r\n");
    return *text == ')';
}

static int is_number(const char *token) {
    if (*token == '-') token++;
    return *token && token[strspn(token, "0123456789")] == '\0';
}

static Value *read_form(void);

static Value *read_items(void) {
    if (error) return &nil;
    if (at_close()) {
        text++;
        return &nil;
    }
    Value *head = read_form();
    return error ? &nil : pair(head, read_items());
}

static Value *read_form(void) {
    char *token = next_token();
    if (!token) return fail("unexpected end", NULL);
    if (*token == ')') return fail("unexpected )", NULL);
    if (*token == '(') return read_items();
    if (*token == '\'') return pair(symbol("quote"), pair(read_form(), &nil));
    return is_number(token) ? number(atoll(token)) : symbol(token);
}

static Value *first(Value *list) { return list->kind == PAIR ? list->head : &nil; }
static Value *second(Value *list) { return list->kind == PAIR ? first(list->tail) : &nil; }
static Value *third(Value *list) { return list->kind == PAIR ? second(list->tail) : &nil; }

static long long numeric(const Value *value) {
    if (value->kind != NUMBER) return fail("not a number: ", value), 0;
    return value->number;
}

static Value *checked_list(Value *value) {
    if (value->kind == PAIR || value->kind == NIL) return value;
    return fail("not a list: ", value);
}

static Value *add(Value *all) {
    long long sum = 0;
    for (; all->kind == PAIR; all = all->tail) sum += numeric(all->head);
    return number(sum);
}
static Value *multiply(Value *all) {
    long long product = 1;
    for (; all->kind == PAIR; all = all->tail) product *= numeric(all->head);
    return number(product);
}
static Value *subtract(Value *all) {
    long long left = numeric(first(all));
    return number(left - numeric(second(all)));
}
static Value *less(Value *all) {
    long long left = numeric(first(all));
    return left < numeric(second(all)) ? &yes : &no;
}
static Value *equal(Value *all) {
    long long left = numeric(first(all));
    return left == numeric(second(all)) ? &yes : &no;
}
static Value *list(Value *all) { return all; }
static Value *cons(Value *all) { return pair(first(all), checked_list(second(all))); }
static Value *car(Value *all) {
    Value *value = checked_list(first(all));
    return value->kind == PAIR ? value->head : fail("empty list", NULL);
}
static Value *cdr(Value *all) {
    Value *value = checked_list(first(all));
    return value->kind == PAIR ? value->tail : fail("empty list", NULL);
}
static Value *is_null(Value *all) { return first(all)->kind == NIL ? &yes : &no; }

/* A scope is a list that begins with a nameless entry, which knows the scope around it. */
static Scope *enter(Scope *outer) {
    Scope *scope = calloc(1, sizeof *scope);
    scope->outer = outer;
    return scope;
}

static Scope *find(Scope *scope, const char *name) {
    for (Scope *each = scope->next; each; each = each->next)
        if (strcmp(each->name, name) == 0) return each;
    return NULL;
}

static void define(Scope *scope, char *name, Value *value) {
    Scope *entry = find(scope, name);
    if (!entry) {
        entry = calloc(1, sizeof *entry);
        entry->name = name;
        entry->next = scope->next;
        scope->next = entry;
    }
    entry->value = value;
}

static Value *evaluate(Value *form, Scope *scope);

static Value *evaluate_all(Value *forms, Scope *scope) {
    if (forms->kind != PAIR || error) return &nil;
    Value *head = evaluate(forms->head, scope);
    return pair(head, evaluate_all(forms->tail, scope));
}

static Value *call(Value *called, Value *values) {
    if (error) return &nil;
    if (called->kind == BUILTIN) return called->builtin(values);
    if (called->kind != LAMBDA) return fail("not a function: ", called);
    Scope *scope = enter(called->scope);
    Value *name = called->names;
    for (; name->kind == PAIR && values->kind == PAIR; name = name->tail, values = values->tail)
        define(scope, name->head->name, values->head);
    if (name->kind == PAIR || values->kind == PAIR) return fail("wrong number of arguments", NULL);
    return evaluate(called->body, scope);
}

static Value *evaluate(Value *form, Scope *scope) {
    if (error || form->kind == NUMBER || form->kind == NIL) return form;
    if (form->kind == SYMBOL) {
        for (Scope *each = scope; each; each = each->outer) {
            Scope *entry = find(each, form->name);
            if (entry) return entry->value;
        }
        return fail("unknown name ", form);
    }
    const char *head = form->head->kind == SYMBOL ? form->head->name : "";
    Value *rest = form->tail;
    if (strcmp(head, "quote") == 0) return first(rest);
    if (strcmp(head, "if") == 0) {
        Value *test = evaluate(first(rest), scope);
        return evaluate(test == &no ? third(rest) : second(rest), scope);
    }
    if (strcmp(head, "define") == 0) {
        Value *value = evaluate(second(rest), scope);
        if (!error) define(scope, first(rest)->name, value);
        return first(rest);
    }
    if (strcmp(head, "lambda") == 0)
        return make((Value){.kind = LAMBDA, .names = first(rest), .body = second(rest), .scope = scope});
    Value *all = evaluate_all(form, scope);
    return error ? &nil : call(all->head, all->tail);
}

int main(void) {
    static const struct {
        char *name;
        Value *(*builtin)(Value *);
    } BUILTINS[] = {{"+", add},   {"*", multiply}, {"-", subtract}, {"<", less}, {"=", equal},
                    {"list", list}, {"cons", cons},  {"car", car},    {"cdr", cdr}, {"null?", is_null}};
    size_t size = 4096, length = 0, got;
    text = malloc(size);
    while ((got = fread(text + length, 1, size - length - 1, stdin)) > 0) {
        length += got;
        if (size - length < 2) text = realloc(text, size *= 2);
    }
    text[length] = '\0';

    Scope *globals = enter(NULL);
    define(globals, "#t", &yes);
    define(globals, "#f", &no);
    for (size_t at = 0; at < sizeof BUILTINS / sizeof *BUILTINS; at++)
        define(globals, BUILTINS[at].name, make((Value){.kind = BUILTIN, .builtin = BUILTINS[at].builtin}));
    while (text += strspn(text, " \t\r\n"), *text) {
        error = NULL;
        Value *value = read_form();
        if (!error) value = evaluate(value, globals);
        if (error) continue;
        show(value);
        putchar('\n');
    }
    puts("bye");
    return 0;
}
