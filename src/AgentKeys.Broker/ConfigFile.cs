using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Options;

namespace AgentKeys.Broker;

/// <summary>
/// <c>--config FILE</c>, else <c>./agentkeys.json</c>; every setting also an environment variable (<c>AgentKeys__Broker__PublicUrl</c>),
/// which wins. The file's folder becomes the content root: relative paths start there.
/// </summary>
internal static class ConfigFile
{
    private const int BadConfiguration = 78; // EX_CONFIG of sysexits.h

    public static bool TryFind(string[] args, [NotNullWhen(true)] out string? path, [NotNullWhen(false)] out string? problem)
    {
        path = args switch
        {
            [] => Path.GetFullPath("agentkeys.json"),
            ["--config", var file] => Path.GetFullPath(file),
            _ => null,
        };
        problem = path is null
            ? "usage: AgentKeys.Broker [--config FILE] | keys create --session FILE --oidc FILE | audit reopen --reason TEXT [--config FILE]"
            : args.Length > 0 && !File.Exists(path) ? $"there is no configuration file at {path}" : null;
        return problem is null;
    }

    public static WebApplicationBuilder CreateBuilder(string path)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = Path.GetDirectoryName(path) });
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddJsonFile(path, optional: true, reloadOnChange: false).AddEnvironmentVariables();
        // Wrong settings are told one a line, by Fail; the host would log them a second time as one stack trace.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        if (builder.Configuration[$"{BrokerOptions.Section}:{nameof(BrokerOptions.Listen)}"] is { Length: > 0 } listen)
            builder.WebHost.UseUrls(listen);
        return builder;
    }

    /// <summary>What a person can put right in the settings; empty for everything else, which is a bug and shows its stack.</summary>
    public static IReadOnlyList<string> ErrorsIn(Exception e) => e switch
    {
        AggregateException all => [.. all.InnerExceptions.SelectMany(ErrorsIn)],
        OptionsValidationException invalid => [.. invalid.Failures],
        InvalidDataException unreadable => [unreadable.Message],
        InvalidOperationException { Source: "Microsoft.Extensions.Configuration.Binder" } unknown => [unknown.Message],
        _ => [],
    };

    /// <summary>All errors, one a line.</summary>
    public static int Fail(IEnumerable<string> errors)
    {
        foreach (var error in errors)
            Console.Error.WriteLine($"agentkeys: error: {error}");
        return BadConfiguration;
    }
}
