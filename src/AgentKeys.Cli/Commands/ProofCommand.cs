using System.CommandLine;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using AgentKeys.Client;

namespace AgentKeys.Cli;

/// <summary><c>agentkeys proof</c>: a proof of possession for one request that another program sends.</summary>
internal static class ProofCommand
{
    public static CliCommand Build(CliTree tree)
    {
        var method = new Argument<string>("method") { Description = "HTTP method.", HelpName = "METHOD" };
        var url = new Argument<string>("url") { Description = "Where the request goes, as the network description spells it, without query.", HelpName = "URL" };
        var tokenFile = new Option<string?>("--token-file") { Description = "A file with the session or cap that goes with the request.", HelpName = "FILE" };
        var session = new Option<bool>("--session") { Description = "This home's session goes with the request; logs in where there is none." };
        var bodyFile = new Option<string?>("--body-file") { Description = "A file with the request's exact body. Default: an empty one.", HelpName = "FILE" };
        var header = new Option<bool>("--header") { Description = "Print whole header lines, the token's too, for curl -H @FILE. To a pipe or a file." };
        var command = new CliCommand(
            "proof",
            "Print the value of the DPoP header for one request, signed by this machine's device key. Good once and for 60 seconds.",
            "agentkeys proof POST http://127.0.0.1:8091/v1/auth/wallet/verify --body-file body.json",
            "agentkeys proof POST http://127.0.0.1:8091/v1/cap/explain --session --body-file body.json --header > headers",
            "curl -H @headers -H 'Content-Type: application/json' --data-binary @body.json http://127.0.0.1:8091/v1/cap/explain");
        return tree.Leaf(
            command,
            async (context, cancel) =>
            {
                var target = Target(context.Get(method), context.Get(url));
                if (context.Get(tokenFile) is not null && context.Get(session))
                    throw CliException.Usage("--token-file and --session exclude each other.");
                var showToken = context.Get(header) && (context.Get(tokenFile) is not null || context.Get(session));
                if (showToken && context.Edges.OutputIsTerminal)
                    throw CliException.Usage("A token is not shown on a terminal.", "send the lines to a file: agentkeys proof ... --header > headers");
                using var device = context.Home.LoadDevice();
                var body = context.Get(bodyFile) is { } file ? File.ReadAllBytes(context.PathOf(file)) : [];
                var token = context.Get(session) ? await SessionAsync(context, cancel) : context.Get(tokenFile) is { } path ? ReadToken(context.PathOf(path), path) : null;
                var proof = new DeviceProofs(device, context.Edges.Time).Create(target.Method, target.Url, token, body);
                CryptographicOperations.ZeroMemory(body); // it may hold a credential
                Print(context, target, proof, context.Get(header), showToken ? token : null);
                return ExitCode.Ok;
            },
            method, url, tokenFile, session, bodyFile, header);
    }

    private static void Print(CommandContext context, (string Method, string Url) target, string proof, bool header, string? token)
    {
        if (context.Output.Json)
        {
            var answer = new JsonObject { ["method"] = target.Method, ["url"] = target.Url, ["dpop"] = proof };
            if (token is not null)
                answer["authorization"] = $"DPoP {token}";
            context.Output.WriteJson(answer);
            return;
        }
        if (token is not null)
            context.Output.WriteLine($"Authorization: DPoP {token}");
        context.Output.WriteLine(header ? $"DPoP: {proof}" : proof);
    }

    private static (string Method, string Url) Target(string method, string url)
    {
        if (method.Length is 0 or > 16 || !method.All(char.IsAsciiLetter))
            throw CliException.Usage("METHOD is an HTTP method: GET, POST.");
        if (!Uri.TryCreate(url, UriKind.Absolute, out var parsed) || (parsed.Scheme != Uri.UriSchemeHttp && parsed.Scheme != Uri.UriSchemeHttps))
            throw CliException.Usage("URL is absolute, http or https.");
        if (parsed.Query.Length > 0 || parsed.Fragment.Length > 0 || parsed.UserInfo.Length > 0)
            throw CliException.Usage("A proof speaks of a URL without query, fragment and user.");
        return (method.ToUpperInvariant(), parsed.AbsoluteUri);
    }

    private static async Task<string> SessionAsync(CommandContext context, CancellationToken cancel)
    {
        using var services = new Services(context);
        return (await services.UseAsync(client => client.EnsureSessionAsync(cancel))).Token;
    }

    /// <summary>Nothing of a file that holds no token is ever shown.</summary>
    private static string ReadToken(string path, string shown)
    {
        var bytes = SecretInput.ReadAll(File.OpenRead(path), owned: true);
        var token = Encoding.Latin1.GetString(bytes).Trim();
        CryptographicOperations.ZeroMemory(bytes);
        return token.Length > 0 && token.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')
            ? token
            : throw CliException.Usage($"{shown} holds no token.", "one line, as agentkeys storage-token prints one");
    }
}
