namespace Zonix.Api;

/// <summary>docker's words for how long ago something was.</summary>
public static class Ages
{
    /// <summary>Without "ago".</summary>
    public static string Show(DateTimeOffset since)
    {
        TimeSpan age = DateTimeOffset.UtcNow - since;
        return age.TotalSeconds switch
        {
            < 1 => "Less than a second",
            < 2 => "1 second",
            < 60 => $"{(int)age.TotalSeconds} seconds",
            < 120 => "About a minute",
            < 3600 => $"{(int)age.TotalMinutes} minutes",
            < 7200 => "About an hour",
            < 48 * 3600 => $"{(int)age.TotalHours} hours",
            < 14 * 86400 => $"{(int)age.TotalDays} days",
            < 60 * 86400 => $"{(int)(age.TotalDays / 7)} weeks",
            < 730 * 86400.0 => $"{(int)(age.TotalDays / 30)} months",
            _ => $"{(int)(age.TotalDays / 365)} years",
        };
    }
}
