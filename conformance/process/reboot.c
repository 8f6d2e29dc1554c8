// reboot(2), as far as it can be tried on a machine that is needed: rights first, then the magic numbers.
#include "lib/check.h"
#include <sys/syscall.h>
#include <linux/reboot.h>

int main(void)
{
    if (geteuid() == 0) {
        SHOW(syscall(SYS_reboot, 0, 0, 0, 0));
        SHOW(syscall(SYS_reboot, LINUX_REBOOT_MAGIC1, 1, LINUX_REBOOT_CMD_POWER_OFF, 0));
        SHOW(syscall(SYS_reboot, LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2, 1, 0));
        REQUIRE(setresuid(65534, 65534, 65534) == 0);
    }
    SHOW(syscall(SYS_reboot, 0, 0, 0, 0));
}
