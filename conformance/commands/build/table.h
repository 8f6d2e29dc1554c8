#pragma once

unsigned hash(const char *text);
const char *name(unsigned index);
unsigned names(void);
