#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Decimal digits, the lowest first; zero has none. */
typedef struct {
    int negative, length;
    unsigned char *digits;
} Big;

static Big make(int room) {
    Big big = {0, room, calloc((size_t)room + 1, 1)};
    return big;
}

static Big trim(Big big) {
    while (big.length > 0 && big.digits[big.length - 1] == 0) big.length--;
    if (big.length == 0) big.negative = 0;
    return big;
}

static Big parse(const char *text) {
    int negative = *text == '-';
    text += negative;
    Big big = make((int)strlen(text));
    for (int at = 0; at < big.length; at++) big.digits[at] = (unsigned char)(text[big.length - 1 - at] - '0');
    big.negative = negative;
    return trim(big);
}

static int compare_sizes(Big a, Big b) {
    if (a.length != b.length) return a.length < b.length ? -1 : 1;
    for (int at = a.length - 1; at >= 0; at--)
        if (a.digits[at] != b.digits[at]) return a.digits[at] < b.digits[at] ? -1 : 1;
    return 0;
}

static int digit(Big big, int at) { return at < big.length ? big.digits[at] : 0; }

static Big add(Big a, Big b) {
    Big sum;
    if (a.negative == b.negative) {
        sum = make((a.length > b.length ? a.length : b.length) + 1);
        for (int at = 0, carry = 0; at < sum.length; at++) {
            carry += digit(a, at) + digit(b, at);
            sum.digits[at] = (unsigned char)(carry % 10);
            carry /= 10;
        }
        sum.negative = a.negative;
        return trim(sum);
    }
    if (compare_sizes(a, b) < 0) {
        Big swapped = a;
        a = b;
        b = swapped;
    }
    sum = make(a.length);
    for (int at = 0, borrow = 0; at < sum.length; at++) {
        int left = digit(a, at) - digit(b, at) - borrow;
        borrow = left < 0;
        sum.digits[at] = (unsigned char)(left + 10 * borrow);
    }
    sum.negative = a.negative;
    return trim(sum);
}

static Big multiply(Big a, Big b) {
    Big product = make(a.length + b.length);
    for (int i = 0; i < a.length; i++) {
        int carry = 0;
        for (int j = 0; j <= b.length && i + j < product.length; j++) {
            carry += product.digits[i + j] + a.digits[i] * digit(b, j);
            product.digits[i + j] = (unsigned char)(carry % 10);
            carry /= 10;
        }
    }
    product.negative = a.negative != b.negative;
    return trim(product);
}

static void print(Big big) {
    if (big.negative) putchar('-');
    for (int at = big.length - 1; at >= 0; at--) putchar('0' + big.digits[at]);
    puts(big.length == 0 ? "0" : "");
}

int main(void) {
    char *line = NULL;
    size_t room = 0;
    while (getline(&line, &room, stdin) >= 0) {
        char *left = strtok(line, " \n"), *operator = strtok(NULL, " \n"), *right = strtok(NULL, " \n");
        if (!right) continue;
        Big a = parse(left), b = parse(right), opposite = b;
        opposite.negative = b.length > 0 && !b.negative;
        switch (*operator) {
            case '+': print(add(a, b)); break;
            case '-': print(add(a, opposite)); break;
            case '*': print(multiply(a, b)); break;
            case '<': puts(add(a, opposite).negative ? "true" : "false"); break;
            default: printf("unknown operator %s\n", operator);
        }
    }
    return 0;
}
