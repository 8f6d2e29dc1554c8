// zone: -v /tmp:/tmp
// timeout: 60
// The same in a folder of the host.
#include "../lib/name_race.h"

int main(int argc, char **argv)
{
    return race_main(argc, argv, (const char *const[]){"/tmp", 0});
}
