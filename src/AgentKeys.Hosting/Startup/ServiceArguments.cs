using System.Diagnostics.CodeAnalysis;

namespace AgentKeys.Hosting;

/// <summary>What every service takes: <c>[--config FILE] [--check | --help]</c>, in any order, each once, and options of its own with a value.</summary>
public sealed record ServiceArguments
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    private ServiceArguments()
    {
    }

    /// <summary>null: as <see cref="ServiceStart.TryCreateBuilder"/> says.</summary>
    public string? Config => _values.GetValueOrDefault("--config");

    /// <summary>Judge the settings, say so, and serve nothing.</summary>
    public bool Check { get; private set; }

    /// <summary>Say what there is to set.</summary>
    public bool Help { get; private set; }

    /// <summary>Say what there is to ask: the OpenAPI document.</summary>
    public bool OpenApi { get; private set; }

    /// <summary>Of an option of the service's own.</summary>
    public string? this[string name] => _values.GetValueOrDefault(name);

    public static bool TryParse(IReadOnlyList<string> args, [NotNullWhen(true)] out ServiceArguments? arguments, params string[] own)
    {
        arguments = null;
        var read = new ServiceArguments();
        for (var i = 0; i < args.Count; i++)
        {
            if (args[i] is "--help" or "-h")
                read.Help = true;
            else if (args[i] == "--check")
                read.Check = true;
            else if (args[i] == "--openapi")
                read.OpenApi = true;
            else if ((args[i] != "--config" && !own.Contains(args[i])) || i + 1 == args.Count || !read._values.TryAdd(args[i], args[++i]))
                return false;
        }
        arguments = read;
        return true;
    }
}
