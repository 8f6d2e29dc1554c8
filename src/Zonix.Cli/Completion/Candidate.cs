namespace Zonix.Cli.Completion;

/// <summary>What a word can become.</summary>
internal readonly record struct Candidate(string Text, string Description = "");
