namespace AgentKeys.Cli;

internal enum FindingLevel
{
    Ok,

    /// <summary>Works today, or is not needed for everything.</summary>
    Warn,

    /// <summary>Something will not work.</summary>
    Fail,
}

/// <summary>One line of <c>agentkeys doctor</c>. Never holds a secret.</summary>
/// <param name="Check">what was looked at; scripts rely on it.</param>
/// <param name="ToDo">what helps; null where nothing is to do.</param>
internal sealed record Finding(string Check, FindingLevel Level, string Detail, string? ToDo = null)
{
    public static Finding Ok(string check, string detail) => new(check, FindingLevel.Ok, detail);

    public static Finding Warn(string check, string detail, string toDo) => new(check, FindingLevel.Warn, detail, toDo);

    public static Finding Fail(string check, string detail, string? toDo) => new(check, FindingLevel.Fail, detail, toDo);

    public static Finding Fail(string check, Exception e)
    {
        var failure = Failures.Explain(e);
        return Fail(check, failure.Message, failure.Hint);
    }
}
