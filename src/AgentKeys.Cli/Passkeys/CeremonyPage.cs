using System.Collections.Concurrent;
using System.Reflection;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace AgentKeys.Cli;

/// <summary>The page's three embedded files and the headers that keep everything else out of it.</summary>
internal static class CeremonyPage
{
    private static readonly ConcurrentDictionary<string, string> s_files = new();

    public static void AddHeaders(IHeaderDictionary headers)
    {
        headers.ContentSecurityPolicy =
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
        headers.CacheControl = "no-store";
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
    }

    /// <param name="path">of the ceremony; takes the place of <c>{{path}}</c>.</param>
    public static Task WriteAsync(HttpContext http, string name, string mediaType, string path)
    {
        http.Response.ContentType = mediaType;
        return http.Response.WriteAsync(s_files.GetOrAdd(name, Read).Replace("{{path}}", path, StringComparison.Ordinal), Encoding.UTF8);
    }

    private static string Read(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"AgentKeys.Cli.Passkeys.Page.{name}")
            ?? throw new InvalidOperationException($"The page's file {name} is not in this build.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
