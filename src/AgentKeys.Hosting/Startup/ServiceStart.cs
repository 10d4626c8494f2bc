using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
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
    /// <summary>Names the configuration file where no argument does.</summary>
    public const string ConfigVariable = "AGENTKEYS_CONFIG";

    /// <summary>EX_CONFIG of sysexits.h.</summary>
    public const int BadConfiguration = 78;

    /// <summary>Does what the arguments say: serves until it is asked to stop, or judges the settings, or tells what there is to set or to ask.</summary>
    /// <param name="usage">one line a way to start the program.</param>
    /// <returns>exit code: 0, or <see cref="BadConfiguration"/> after all errors were told.</returns>
    public static async Task<int> RunAsync(string usage, ServiceArguments arguments, Action<WebApplicationBuilder> add, Action<WebApplication> map)
    {
        WebApplication app;
        try
        {
            if (arguments.Help)
                return Print(Bare(add), builder => ServiceHelp.Of(usage, builder));
            if (arguments.OpenApi)
                return Print(Bare(add), builder => OpenApiOf(builder, map));
            if (!TryCreateBuilder(arguments.Config, out var builder, out var problem))
                return Fail([problem]);
            add(builder);
            app = builder.Build();
            if (SettingsCheck.Errors(builder.Configuration, app.Services) is { Count: > 0 } wrong)
                return Fail(wrong);
            if (arguments.Check)
                return Checked();
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

    /// <param name="config">of <c>--config FILE</c>; null for what <see cref="ConfigVariable"/> names, or else <c>./agentkeys.json</c>, which may be missing.</param>
    public static bool TryCreateBuilder(string? config, [NotNullWhen(true)] out WebApplicationBuilder? builder, [NotNullWhen(false)] out string? problem)
    {
        config ??= Environment.GetEnvironmentVariable(ConfigVariable) is { Length: > 0 } named ? named : null;
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

    /// <summary>The service without a configuration: enough to say what it has.</summary>
    private static WebApplicationBuilder Bare(Action<WebApplicationBuilder> add)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.Sources.Clear();
        add(builder);
        return builder;
    }

    private static string OpenApiOf(WebApplicationBuilder builder, Action<WebApplication> map)
    {
        var app = builder.Build();
        map(app);
        return OpenApiDocument.Of(app.Services, ((IEndpointRouteBuilder)app).DataSources);
    }

    private static int Print(WebApplicationBuilder builder, Func<WebApplicationBuilder, string> text)
    {
        Console.Out.Write(text(builder));
        return 0;
    }

    private static int Checked()
    {
        Console.Error.WriteLine("agentkeys: the settings are in order");
        return 0;
    }

    [LoggerMessage(1, LogLevel.Information, "listening on {Urls}")]
    private static partial void Listening(ILogger logger, string urls);
}
