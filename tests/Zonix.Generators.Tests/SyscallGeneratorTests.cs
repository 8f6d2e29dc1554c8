namespace Zonix.Generators.Tests;

public sealed class SyscallGeneratorTests
{
    [Fact]
    public void Dispatches_with_arguments_straight_from_the_registers()
    {
        var run = new GeneratorRun("""
            [Syscall(X64 = 257, I386 = 295)]
            internal static SysResult Openat(KernelTask task, Fd folder, UserCString path, Flags flags, uint mode) => default;
            """);
        Assert.Empty(run.Diagnostics);
        Assert.Empty(run.Errors);
        Assert.Contains("case 257: return X64257(task, ref r);", run.Output, StringComparison.Ordinal);
        Assert.Contains(
            "Openat(task, new global::Zonix.Kernel.Fd(unchecked((int)r.Rdi)), new global::Zonix.Kernel.UserCString(unchecked(r.Rsi)), "
            + "unchecked((global::Zonix.Lx.Syscalls.Flags)(int)r.Rdx), unchecked((uint)r.R10));",
            run.Output,
            StringComparison.Ordinal);
        Assert.Contains("new global::Zonix.Kernel.UserCString(unchecked((ulong)(uint)r.Rcx))", run.Output, StringComparison.Ordinal);
        Assert.Contains("w.Begin(\"openat\");", run.Output, StringComparison.Ordinal);
        Assert.Contains("w.Flag(\"O_CLOEXEC\")", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("RtSigaction", "rt_sigaction")]
    [InlineData("Pread64", "pread64")]
    [InlineData("Openat2", "openat2")]
    [InlineData("Read", "read")]
    public void Names_follow_from_methods(string method, string name)
    {
        var run = new GeneratorRun($"[Syscall(X64 = 1)] internal static SysResult {method}(KernelTask task) => default;");
        Assert.Contains($"new(1, \"{name}\", ", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_call_that_fills_a_buffer_is_shown_when_it_is_over()
    {
        var run = new GeneratorRun("""
            [Syscall(X64 = 0)] internal static SysResult Read(KernelTask task, Fd fd, UserAddress buffer, nuint count) => default;
            [Syscall(X64 = 1)] internal static SysResult Write(KernelTask task, Fd fd, UserAddress buffer, nuint count) => default;
            """);
        Assert.Empty(run.Errors);
        Assert.Contains("case 0: return true;", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("case 1: return true;", run.Output, StringComparison.Ordinal);
        Assert.Contains("w.FilledBuffer(1);", run.Output, StringComparison.Ordinal);
        Assert.Contains("w.Buffer(1, 2);", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_number_belongs_to_one_call()
    {
        var run = new GeneratorRun("""
            [Syscall(X64 = 1)] internal static SysResult One(KernelTask task) => default;
            [Syscall(X64 = 1)] internal static SysResult Other(KernelTask task) => default;
            """);
        Assert.Contains(run.Diagnostics, d => d.Id == "ZX0001" && d.GetMessage(null).Contains("Other", StringComparison.Ordinal));
        Assert.Empty(run.Errors);
    }

    [Fact]
    public void A_partial_call_says_what_is_missing()
    {
        Assert.Contains(
            new GeneratorRun("[Syscall(X64 = 1, Support = Support.Partial)] internal static SysResult A(KernelTask task) => default;").Diagnostics,
            d => d.Id == "ZX0002");
        Assert.Empty(new GeneratorRun(
            "[Syscall(X64 = 1, Support = Support.Partial, Missing = \"x\")] internal static SysResult A(KernelTask task) => default;").Diagnostics);
    }

    [Theory]
    [InlineData("internal static SysResult A(KernelTask task, string text) => default;", "ZX0003")]
    [InlineData("internal static int A(KernelTask task) => default;", "ZX0004")]
    [InlineData("internal static SysResult A(int fd) => default;", "ZX0004")]
    [InlineData("internal static SysResult A(KernelTask t, int a, int b, int c, int d, int e, int f, int g) => default;", "ZX0004")]
    public void What_cannot_be_called_is_refused(string method, string id)
    {
        var run = new GeneratorRun("[Syscall(X64 = 1)] " + method);
        Assert.Contains(run.Diagnostics, d => d.Id == id);
        Assert.Empty(run.Errors);
    }

    [Fact]
    public void One_method_answers_several_calls()
    {
        var run = new GeneratorRun("""
            [Syscall(X64 = 17, Support = Support.Partial, Missing = "x")]
            [Syscall(I386 = 180, Wide = true)]
            internal static SysResult Pread64(KernelTask task, Fd fd, UserAddress buffer, nuint count, long offset) => default;
            """);
        Assert.Empty(run.Diagnostics);
        Assert.Empty(run.Errors);
        Assert.Contains("case 17: return X6417(task, ref r);", run.Output, StringComparison.Ordinal);
        Assert.Contains("new(180, global::Zonix.Lx.Syscalls.UnknownCall.NameI386(180), global::Zonix.Lx.Syscalls.Support.Partial, \"x\")", run.Output, StringComparison.Ordinal);
        Assert.Contains("task.CallAbi = global::Zonix.Abi.GuestAbi.I386Wide;", run.Output, StringComparison.Ordinal);
        Assert.Contains("unchecked((long)((ulong)(uint)r.Rsi | (ulong)(uint)r.Rdi << 32))", run.Output, StringComparison.Ordinal);
        Assert.Contains("w.Join(3);", run.Output, StringComparison.Ordinal);
    }
}
