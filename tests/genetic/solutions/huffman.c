#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct Node {
    int weight, first;
    struct Node *zero, *one;
} Node;

typedef struct {
    int symbol;
    char code[257];
} Code;

static Node *nodes[256];
static Code codes[256];
static int node_count = 0, code_count = 0;

static Node *add(int weight, int first, Node *zero, Node *one) {
    Node *node = malloc(sizeof *node);
    *node = (Node){weight, first, zero, one};
    return nodes[node_count++] = node;
}

static Node *take_lightest(void) {
    int best = 0;
    for (int at = 1; at < node_count; at++) {
        int more = nodes[at]->weight - nodes[best]->weight;
        if (more < 0 || (more == 0 && nodes[at]->first < nodes[best]->first)) best = at;
    }
    Node *node = nodes[best];
    nodes[best] = nodes[--node_count];
    return node;
}

static void descend(const Node *node, char *code, size_t depth) {
    code[depth] = '\0';
    if (!node->zero) {
        codes[code_count].symbol = node->first;
        strcpy(codes[code_count++].code, depth > 0 ? code : "0");
        return;
    }
    code[depth] = '0';
    descend(node->zero, code, depth + 1);
    code[depth] = '1';
    descend(node->one, code, depth + 1);
}

static int compare(const void *left, const void *right) {
    const Code *a = left, *b = right;
    int more = (int)strlen(a->code) - (int)strlen(b->code);
    return more ? more : a->symbol - b->symbol;
}

static void print_quoted(int symbol) {
    static const char FROM[] = "\b\f\n\r\t\"\\", TO[] = "bfnrt\"\\";
    const char *found = symbol ? strchr(FROM, symbol) : NULL;
    if (found) printf("\"\\%c\"", TO[found - FROM]);
    else if (symbol < ' ') printf("\"\\u%04x\"", (unsigned)symbol);
    else printf("\"%c\"", symbol);
}

int main(void) {
    int counts[256] = {0}, total = 0, bits = 0, c;
    char code[257];
    for (; (c = getchar()) != EOF; total++) counts[c]++;
    for (int symbol = 0; symbol < 256; symbol++)
        if (counts[symbol] > 0) add(counts[symbol], symbol, NULL, NULL);
    while (node_count > 1) {
        Node *zero = take_lightest(), *one = take_lightest();
        add(zero->weight + one->weight, zero->first < one->first ? zero->first : one->first, zero, one);
    }
    if (node_count > 0) descend(nodes[0], code, 0);
    qsort(codes, (size_t)code_count, sizeof *codes, compare);
    for (int at = 0; at < code_count; at++) {
        int count = counts[codes[at].symbol];
        print_quoted(codes[at].symbol);
        printf(" %d %s\n", count, codes[at].code);
        bits += count * (int)strlen(codes[at].code);
    }
    printf("%d bits for %d\n", bits, 8 * total);
    return 0;
}
