namespace System.Runtime.CompilerServices;

/// <summary>Lets records be used on .NET Standard, which lacks this type.</summary>
internal static class IsExternalInit;
