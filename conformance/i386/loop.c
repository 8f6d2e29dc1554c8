// Loop devices by the old structure, whose fields lie elsewhere for i386, and what a block device tells in numbers of the size of a long.
// machine: i386
// needs: root
// needs: /dev/loop-control
#include <fcntl.h>
#include <linux/fs.h>
#include <linux/loop.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include "lib/check.h"

int main(void)
{
    char name[64] = "/tmp/loop-XXXXXX";
    int file = mkstemp(name), control = open("/dev/loop-control", O_RDWR);
    REQUIRE(file >= 0 && control >= 0 && ftruncate(file, 1 << 20) == 0);
    struct stat status;
    REQUIRE(fstat(file, &status) == 0);
    int number = ioctl(control, LOOP_CTL_GET_FREE);
    REQUIRE(number >= 0);
    char path[32];
    sprintf(path, "/dev/loop%d", number);
    int device = open(path, O_RDWR);
    REQUIRE(device >= 0);
    struct loop_info info, told;
    memset(&info, 0, sizeof info);
    SHOW(ioctl(device, LOOP_GET_STATUS, &told));
    SHOW(ioctl(device, LOOP_SET_FD, file));
    info.lo_offset = 8192;
    strcpy(info.lo_name, "a name");
    SHOW(ioctl(device, LOOP_SET_STATUS, &info));
    memset(&told, 0xff, sizeof told);
    SHOW(ioctl(device, LOOP_GET_STATUS, &told));
    printf("number %d, inode %d, offset %d, encryption %d %d, flags %x, name %s\n", told.lo_number == number,
        told.lo_inode == (unsigned long)status.st_ino, told.lo_offset, told.lo_encrypt_type, told.lo_encrypt_key_size, told.lo_flags, told.lo_name);
    struct {
        unsigned long value, guard;
    } size = {77, 0x5a5a5a5a};
    SHOW(ioctl(device, BLKGETSIZE, &size.value));
    printf("sectors %lu, behind them %lx\n", size.value, size.guard);
    unsigned long long bytes = 0;
    SHOW(ioctl(device, BLKGETSIZE64, &bytes));
    printf("bytes %llu\n", bytes);
    SHOW(ioctl(device, BLKRASET, 64));
    size.value = 77;
    SHOW(ioctl(device, BLKRAGET, &size.value));
    printf("ahead %lu, behind it %lx\n", size.value, size.guard);
    SHOW(ioctl(device, LOOP_CLR_FD, 0));
    unlink(name);
    return 0;
}
