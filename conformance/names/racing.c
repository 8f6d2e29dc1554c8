// timeout: 60
// Processes race with changes of names in the root file system and in tmpfs; the trees they leave are consistent.
#include "../lib/name_race.h"

int main(int argc, char **argv)
{
    return race_main(argc, argv, (const char *const[]){"/tmp", "/dev/shm", 0});
}
