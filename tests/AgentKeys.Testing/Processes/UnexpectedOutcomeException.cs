namespace AgentKeys.Testing.Processes;

/// <summary>A program did not do what the step or test expects of it.</summary>
public sealed class UnexpectedOutcomeException(string message) : Exception(message);
