using System.Security.Cryptography;
using System.Text;

namespace AgentKeys.Demo;

/// <summary>The .env file a newcomer has today: six keys, values made anew at every run and never printed.</summary>
internal static class DotEnv
{
    public static IReadOnlyList<string> Names { get; } =
        ["OPENAI_API_KEY", "GITHUB_TOKEN", "STRIPE_SECRET_KEY", "DATABASE_URL", "SLACK_BOT_TOKEN", "SENTRY_DSN"];

    public static IReadOnlyList<string> Granted { get; } = ["OPENAI_API_KEY", "GITHUB_TOKEN"];

    private static string Rest(string name) => name switch
    {
        "OPENAI_API_KEY" => "sk-proj-",
        "GITHUB_TOKEN" => "ghp_",
        "STRIPE_SECRET_KEY" => "sk_test_",
        "DATABASE_URL" => "postgres://app:",
        "SLACK_BOT_TOKEN" => "xoxb-",
        _ => "https://",
    };

    public static string File(DemoContext context) => Path.Combine(context.State, "project.env");

    public static void Write(DemoContext context)
    {
        var text = new StringBuilder("# keys of the research project\n");
        foreach (var name in Names)
            text.Append(name).Append('=').Append('"').Append(Rest(name)).Append(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(20))).Append("\"\n");
        using var file = new FileStream(File(context), new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
        file.Write(Encoding.UTF8.GetBytes(text.ToString()));
    }

    public static string Value(DemoContext context, string name) =>
        System.IO.File.ReadLines(File(context)).First(l => l.StartsWith(name + "=", StringComparison.Ordinal))[(name.Length + 1)..].Trim('"');

    /// <summary>The first file below the folder that contains a value as text, or null. Sockets are passed over.</summary>
    public static string? FindInClear(DemoContext context, string folder)
    {
        var values = Names.Select(n => Encoding.UTF8.GetBytes(Value(context, n)[^40..])).ToList();
        return Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Where(f => !f.EndsWith(".sock", StringComparison.Ordinal))
            .FirstOrDefault(f => ReadShared(f) is var bytes && values.Any(v => bytes.AsSpan().IndexOf(v) >= 0));
    }

    /// <summary>Files of the running stack are held open, some of them locked: this program takes and heeds no locks (see the project file).</summary>
    private static byte[] ReadShared(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }
}
