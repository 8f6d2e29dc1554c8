// group: cpu
// flags: -static
// In the manner of CoreMark: list work, integer matrices, a state machine and CRCs in one loop.
#include "bench.h"

struct node { struct node *next; int16_t data, index; };
static struct node nodes[256];
static int16_t a[12][12], b[12][12];
static int32_t c[12][12];
static const char *inputs[] = {"5012", "+0.12e3", "-1.5", "0x7f", "T0.3e-1F", "1234.567", "-110.700", "+0.64400", "..", "7e+9e"};

static uint16_t crc16(uint16_t crc, uint32_t value)
{
    for (int i = 0; i < 16; i++) {
        int carry = (crc ^ value) & 1;
        crc >>= 1;
        value >>= 1;
        if (carry)
            crc ^= 0xa001;
    }
    return crc;
}

static struct node *reverse(struct node *list)
{
    struct node *head = NULL;
    while (list) {
        struct node *next = list->next;
        list->next = head;
        head = list;
        list = next;
    }
    return head;
}

static struct node *merge_sort(struct node *list, int by_index)
{
    for (int size = 1;; size *= 2) {
        struct node *p = list, *tail = NULL;
        int merges = 0;
        list = NULL;
        while (p) {
            merges++;
            struct node *q = p;
            int left = 0, right = size;
            while (left < size && q) {
                left++;
                q = q->next;
            }
            while (left > 0 || (right > 0 && q)) {
                struct node *e;
                if (left == 0 || (right > 0 && q && (by_index ? q->index < p->index : q->data < p->data))) {
                    e = q;
                    q = q->next;
                    right--;
                } else {
                    e = p;
                    p = p->next;
                    left--;
                }
                if (tail)
                    tail->next = e;
                else
                    list = e;
                tail = e;
            }
            p = q;
        }
        tail->next = NULL;
        if (merges <= 1)
            return list;
    }
}

static int machine(const char *s)
{
    int state = 0, counts = 0;
    for (; *s; s++) {
        switch (state) {
        case 0: state = *s == '+' || *s == '-' ? 1 : *s >= '0' && *s <= '9' ? 2 : *s == '.' ? 3 : 6; break;
        case 1: state = *s >= '0' && *s <= '9' ? 2 : *s == '.' ? 3 : 6; break;
        case 2: state = *s == '.' ? 3 : *s == 'e' ? 4 : *s >= '0' && *s <= '9' ? 2 : 6; break;
        case 3: state = *s == 'e' ? 4 : *s >= '0' && *s <= '9' ? 3 : 6; break;
        case 4: state = *s == '+' || *s == '-' ? 5 : 6; break;
        case 5: state = *s >= '0' && *s <= '9' ? 5 : 6; break;
        }
        counts += state * 7;
    }
    return counts;
}

int main(int argc, char **argv)
{
    long rounds = scaled(argc, argv, 120000);
    uint16_t crc = 0;
    for (int i = 0; i < 256; i++)
        nodes[i] = (struct node){i < 255 ? &nodes[i + 1] : NULL, (int16_t)(i * 7919), (int16_t)i};
    struct node *list = nodes;
    double started = now_ns();
    for (long r = 0; r < rounds; r++) {
        list = merge_sort(list, r & 1);
        list = reverse(list);
        int found = 0;
        for (struct node *n = list; n; n = n->next)
            found += n->data == (int16_t)(r * 31);
        for (int i = 0; i < 12; i++)
            for (int j = 0; j < 12; j++) {
                a[i][j] = (int16_t)(r + i * j);
                b[i][j] = (int16_t)(r - i + j);
            }
        for (int i = 0; i < 12; i++)
            for (int j = 0; j < 12; j++) {
                int32_t sum = 0;
                for (int k = 0; k < 12; k++)
                    sum += (a[i][k] * b[k][j]) >> (k & 3);
                c[i][j] = sum;
            }
        for (int i = 0; i < 12; i++)
            crc = crc16(crc, (uint32_t)c[i][i]);
        for (int i = 0; i < 10; i++)
            crc = crc16(crc, (uint32_t)machine(inputs[(r + i) % 10]));
        crc = crc16(crc, (uint32_t)found);
    }
    report("integer", started, (double)rounds);
    return crc == 0x1234567;
}
