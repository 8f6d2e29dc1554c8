#include "table.h"

#define NAME(index, text) [index] = text,
static const char *const all[] = {
#include "names.h"
};

const char *name(unsigned index)
{
    return all[index];
}

unsigned names(void)
{
    return sizeof all / sizeof all[0];
}
