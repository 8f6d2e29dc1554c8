using System.Globalization;
using Zonix.Lx.Tasks;

namespace Zonix.Lx.Proc;

/// <summary>/proc/[pid]/loginuid and sessionid: who logged in, as pam_loginuid(8) notes it. Handed on by fork.</summary>
internal static class LoginSettings
{
    private const int CAP_AUDIT_CONTROL = 30;

    internal static string User(ProcSubject subject) => Text(LxProcess.Of(subject.Process).LoginUid);

    internal static string Session(ProcSubject subject) => Text(LxProcess.Of(subject.Process).LoginSession);

    /// <returns>0; EINVAL for what is no number; EPERM for another process, and to change it without CAP_AUDIT_CONTROL.</returns>
    internal static Errno SetUser(ProcSubject subject, string text)
    {
        if (!uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out uint user))
            return Errno.EINVAL;
        if (ProcFileSystem.Caller is not { } caller || !ReferenceEquals(caller.Process, subject.Process))
            return Errno.EPERM;
        LxProcess process = LxProcess.Of(subject.Process);
        if (process.LoginUid != LxProcess.NotLoggedIn && !caller.Credentials.Has(CAP_AUDIT_CONTROL))
            return Errno.EPERM;
        process.LoginUid = user;
        process.LoginSession = user == LxProcess.NotLoggedIn ? LxProcess.NotLoggedIn : LxBrand.Of(caller).NextLoginSession();
        return 0;
    }

    private static string Text(uint value) => value.ToString("D", CultureInfo.InvariantCulture);
}
