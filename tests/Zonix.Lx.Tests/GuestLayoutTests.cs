using Zonix.Abi;
using Zonix.Kernel.Vfs;

namespace Zonix.Lx.Tests;

/// <summary>The declared layouts of structures are those that C compilers make of the system's headers.</summary>
public sealed class GuestLayoutTests
{
    [Theory]
    [InlineData("-m64")]
    [InlineData("-m32")]
    public void Layouts_are_those_of_C(string machine)
    {
        var program = new LayoutProgram(machine);
        GuestAbi abi = machine == "-m64" ? GuestAbi.X64 : GuestAbi.I386;
        Check(program, abi);
        CheckIpc(program, abi);
        if (abi != GuestAbi.X64)
            CheckWide(program);
        Assert.Equal([], program.Differences);
    }

    private static void Check(LayoutProgram c, GuestAbi abi)
    {
        c.Check<Timespec>(abi, "#include <time.h>", "struct timespec", "tv_sec tv_nsec");
        c.Check<Timeval>(abi, "#include <sys/time.h>", "struct timeval", "tv_sec tv_usec");
        c.Check<Itimerspec>(abi, "#include <time.h>", "struct itimerspec", "it_interval it_value");
        c.Check<Itimerval>(abi, "#include <sys/time.h>", "struct itimerval", "it_interval it_value");
        c.Check<Tms>(abi, "#include <sys/times.h>", "struct tms", "tms_utime tms_stime tms_cutime tms_cstime");
        c.Check<Timex>(abi, "#include <sys/timex.h>", "struct timex", "modes offset freq maxerror esterror status constant precision tolerance time tick");
        c.Check<Rusage>(abi, "#include <sys/resource.h>", "struct rusage", "ru_utime ru_stime ru_maxrss ru_ixrss ru_idrss ru_isrss ru_minflt ru_majflt " +
            "ru_nswap ru_inblock ru_oublock ru_msgsnd ru_msgrcv ru_nsignals ru_nvcsw ru_nivcsw");
        c.Check<RlimitPair>(abi, "#include <sys/resource.h>", "struct rlimit", "rlim_cur rlim_max");
        c.Check<Sysinfo>(abi, "#include <sys/sysinfo.h>", "struct sysinfo", "uptime loads[0] loads[1] loads[2] totalram freeram sharedram bufferram " +
            "totalswap freeswap procs pad totalhigh freehigh mem_unit");
        c.Check<RobustListHead>(abi, "#include <linux/futex.h>", "struct robust_list_head", "list futex_offset list_op_pending");
        c.Check<Sigevent>(abi, "#include <signal.h>", "struct sigevent", "sigev_value sigev_signo sigev_notify _sigev_un._tid");
        c.Check<StackT>(abi, "#include <signal.h>", "stack_t", abi == GuestAbi.X64 ? "ss_sp ss_flags" : "ss_sp ss_flags ss_size");
        c.Check<SigInfo>(abi, "#include <signal.h>", "siginfo_t", "si_signo si_errno si_code si_pid");
        c.Check<IoVector>(abi, "#include <sys/uio.h>", "struct iovec", "iov_base iov_len");
        string padding = abi == GuestAbi.X64 ? "msg_namelen" : "msg_namelen msg_iov msg_iovlen msg_control msg_controllen msg_flags";
        c.Check<MessageHeader>(abi, "#include <sys/socket.h>", "struct msghdr", "msg_name " + padding);
        c.Check<MultipleMessageHeader>(abi, "#include <sys/socket.h>", "struct mmsghdr", "msg_hdr msg_len");
        c.Check<Flock>(abi, "#include <fcntl.h>", "struct flock", "l_type l_whence l_start l_len l_pid");
        c.Check<LinuxStatFs>(abi, "#include <sys/vfs.h>", "struct statfs", "f_type f_bsize f_blocks f_bfree f_bavail f_files f_ffree f_fsid f_namelen f_frsize f_flags");
        c.Check<Ustat>(abi, "struct ustat { int f_tfree; unsigned long f_tinode; char f_fname[6], f_fpack[6]; };", "struct ustat", "f_tfree f_tinode");
        c.Check<ControlHeader>(abi, "#include <sys/socket.h>", "struct cmsghdr", "cmsg_len cmsg_level cmsg_type");
        c.Check<InterfaceList>(abi, "#include <net/if.h>", "struct ifconf", "ifc_len ifc_ifcu");
        c.Check<InterfaceRequest>(abi, "#include <net/if.h>", "struct ifreq", "");
        c.Check<MqAttr>(abi, "#include <linux/mqueue.h>", "struct mq_attr", "mq_flags mq_maxmsg mq_msgsize mq_curmsgs");
        if (abi == GuestAbi.X64)
        {
            c.Check<LinuxStat>(abi, "#include <sys/stat.h>", "struct stat", "st_dev st_ino st_nlink st_mode st_uid st_gid");
            return;
        }

        c.Check<OldSigAction>(abi, "struct old { unsigned long h, mask, flags; void *restorer; };", "struct old", "h mask flags restorer");
        c.Check<ShortStat>(abi, "#include <asm/stat.h>\n#undef st_atime\n#undef st_mtime\n#undef st_ctime", "struct stat", "st_dev st_ino st_mode st_nlink st_uid st_gid st_rdev st_size st_blksize st_blocks " +
            "st_atime st_atime_nsec st_mtime st_mtime_nsec st_ctime st_ctime_nsec");
        c.Check<OldStat>(abi, "#include <asm/stat.h>", "struct __old_kernel_stat", "st_dev st_ino st_mode st_nlink st_uid st_gid st_rdev st_size st_atime st_mtime st_ctime");
        c.Check<Stat64>(abi, "#include <asm/stat.h>", "struct stat64", "st_dev __pad0 __st_ino st_mode st_nlink st_uid st_gid st_rdev __pad3 st_size st_blksize " +
            "st_blocks st_atime st_atime_nsec st_mtime st_mtime_nsec st_ctime st_ctime_nsec st_ino");
    }

    private static void CheckIpc(LayoutProgram c, GuestAbi abi)
    {
        c.Check<Ipc64Perm>(abi, "#include <linux/ipc.h>", "struct ipc64_perm", "key uid gid cuid cgid mode seq");
        c.Check<Msqid64>(abi, "#include <linux/msg.h>", "struct msqid64_ds", "msg_perm msg_stime msg_rtime msg_ctime msg_cbytes msg_qnum msg_qbytes msg_lspid msg_lrpid");
        c.Check<Semid64>(abi, "#include <linux/sem.h>", "struct semid64_ds", abi == GuestAbi.X64 ? "sem_perm sem_otime __unused1 sem_ctime __unused2 sem_nsems" : "sem_perm sem_otime sem_ctime sem_nsems");
        c.Check<Shmid64>(abi, "#include <linux/shm.h>", "struct shmid64_ds", "shm_perm shm_segsz shm_atime shm_dtime shm_ctime shm_cpid shm_lpid shm_nattch");
        c.Check<ShmInfo64>(abi, "#include <linux/shm.h>", "struct shminfo64", "shmmax shmmin shmmni shmseg shmall");
        c.Check<SemInfo>(abi, "#include <linux/sem.h>", "struct seminfo", "semmap semmni semmns semmnu semmsl semopm semume semusz semvmx semaem");
        c.Check<MsgInfo>(abi, "#include <linux/msg.h>", "struct msginfo", "msgpool msgmap msgmax msgmnb msgmni msgssz msgtql msgseg");
        c.Check<ShmUse>(abi, "#include <linux/shm.h>", "struct shm_info", "used_ids shm_tot shm_rss shm_swp swap_attempts swap_successes");
    }

    private static void CheckWide(LayoutProgram c)
    {
        const GuestAbi wide = GuestAbi.I386Wide;
        c.Check<Timespec>(wide, "#include <linux/time_types.h>", "struct __kernel_timespec", "tv_sec tv_nsec");
        c.Check<Itimerspec>(wide, "#include <linux/time_types.h>", "struct __kernel_itimerspec", "it_interval it_value");
        c.Check<Timeval>(wide, "#include <linux/time_types.h>", "struct __kernel_sock_timeval", "tv_sec tv_usec");
        c.Check<Flock>(wide, "#include <fcntl.h>", "struct flock64", "l_type l_whence l_start l_len l_pid");
        c.Check<LinuxStatFs>(wide, "#include <sys/vfs.h>", "struct statfs64", "f_type f_bsize f_blocks f_bfree f_bavail f_files f_ffree f_fsid f_namelen f_frsize f_flags");
        c.Check<RlimitPair>(wide, "#include <sys/resource.h>", "struct rlimit64", "rlim_cur rlim_max");
    }
}
