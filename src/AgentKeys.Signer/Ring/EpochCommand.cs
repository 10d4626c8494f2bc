using System.Globalization;
using AgentKeys.Services;

namespace AgentKeys.Signer;

/// <summary>
/// <c>epoch add --ring DIR [--epoch N]</c>: makes the next ring key (1 in an empty ring). Prints <c>{"epoch":N,"key_id":"0x..."}</c>;
/// never the key. Run it on every signer before the epoch is advanced on chain.
/// </summary>
public static class EpochCommand
{
    private const int Usage = 2;

    public static bool Handles(string[] args) => args is ["epoch", ..];

    /// <returns>exit code: 0 made, 1 refused, 2 wrong arguments.</returns>
    public static int Run(string[] args, TextWriter output, TextWriter errors)
    {
        if (!TryParse(args, out var folder, out var epoch))
        {
            errors.WriteLine("usage: AgentKeys.Signer epoch add --ring DIR [--epoch N]");
            return Usage;
        }
        try
        {
            var next = epoch ?? NextIn(folder);
            using var key = RingKey.Generate(next);
            RingFile.Create(folder, key);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $$"""{"epoch":{{next}},"key_id":"{{key.Id}}"}"""));
            return 0;
        }
        catch (Exception e) when (e is RingException or IOException or UnauthorizedAccessException)
        {
            errors.WriteLine($"agentkeys: error: {e.Message}");
            return 1;
        }
    }

    private static ulong NextIn(string folder) => Directory.Exists(folder) && RingFile.EpochsIn(folder) is [.., var newest] ? newest + 1 : 1;

    private static bool TryParse(string[] args, out string folder, out ulong? epoch)
    {
        (folder, epoch) = ("", null);
        if (args is not ["epoch", "add", .. var rest] || NamedArguments.Read(rest, "--ring", "--epoch") is not { } options)
            return false;
        folder = options.GetValueOrDefault("--ring", "");
        if (!options.TryGetValue("--epoch", out var text))
            return folder.Length > 0;
        epoch = ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
        return folder.Length > 0 && epoch > 0;
    }
}
