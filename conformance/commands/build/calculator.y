%{
#include <stdio.h>
int yylex(void);
static void yyerror(const char *text) { puts(text); }
%}
%token NUMBER
%left '+'
%left '*'
%%
all: | all sum '\n' { printf("%d\n", $2); };
sum: NUMBER | sum '+' sum { $$ = $1 + $3; } | sum '*' sum { $$ = $1 * $3; };
%%
int main(void) { return yyparse(); }
