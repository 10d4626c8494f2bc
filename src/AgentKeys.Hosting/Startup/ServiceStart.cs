using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AgentKeys.Hosting;

/// <summary>
/// How a service begins: one configuration file, every setting also an environment variable (<c>AgentKeys__Signer__Socket</c>), which
/// wins. The file's folder becomes the content root, where relative paths start. Wrong settings end the process with all errors.
/// </summary>
public static partial class ServiceStart
{
    /// <summary>EX_CONFIG of sysexits.h.</summary>
    public const int BadConfiguration = 78;

    /// <summary>Serves until it is asked to stop.</summary>
    /// <param name="config">as in <see cref="TryCreateBuilder"/>.</param>
    /// <returns>exit code: 0, or <see cref="BadConfiguration"/> after all errors were told.</returns>
    public static async Task<int> RunAsync(string? config, Action<WebApplicationBuilder> add, Action<WebApplication> map)
    {
        WebApplication app;
        try
        {
            if (!TryCreateBuilder(config, out var builder, out var problem))
                return Fail([problem]);
            add(builder);
            app = builder.Build();
            map(app);
            await app.StartAsync();
        }
        catch (Exception e) when (ErrorsIn(e) is { Count: > 0 } errors)
        {
            return Fail(errors);
        }
        await using (app)
        {
            Listening(app.Logger, string.Join(' ', app.Urls));
            await app.WaitForShutdownAsync();
        }
        return 0;
    }

    /// <param name="config">of <c>--config FILE</c>; null for <c>./agentkeys.json</c>, which may be missing.</param>
    public static bool TryCreateBuilder(string? config, [NotNullWhen(true)] out WebApplicationBuilder? builder, [NotNullWhen(false)] out string? problem)
    {
        var path = Path.GetFullPath(config ?? "agentkeys.json");
        (builder, problem) = (null, null);
        if (config is not null && !File.Exists(path))
        {
            problem = $"there is no configuration file at {path}";
            return false;
        }
        builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = Path.GetDirectoryName(path) });
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddJsonFile(path, optional: true, reloadOnChange: false).AddEnvironmentVariables();
        // Errors of the settings are told by Fail, one a line; the host would tell them too, with their stack.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);
        return true;
    }

    /// <summary>A path of the settings, relative to the configuration file's folder.</summary>
    public static string Resolve(string contentRoot, string path) => Path.GetFullPath(path, contentRoot);

    /// <summary>What a person can put right in the settings or the files they name; empty for everything else, which is a bug and shows its stack.</summary>
    public static IReadOnlyList<string> ErrorsIn(Exception e) => e switch
    {
        AggregateException all => [.. all.InnerExceptions.SelectMany(ErrorsIn)],
        OptionsValidationException invalid => [.. invalid.Failures],
        InvalidDataException or UnauthorizedAccessException or IOException => [e.Message],
        InvalidOperationException { Source: "Microsoft.Extensions.Configuration.Binder" } unknown => [unknown.Message],
        _ => [],
    };

    /// <summary>All errors, one a line, on stderr.</summary>
    public static int Fail(IEnumerable<string> errors)
    {
        foreach (var error in errors)
            Console.Error.WriteLine($"agentkeys: error: {error}");
        return BadConfiguration;
    }

    [LoggerMessage(1, LogLevel.Information, "listening on {Urls}")]
    private static partial void Listening(ILogger logger, string urls);
}
