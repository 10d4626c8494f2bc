using System.Globalization;

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
        if (args is not ["epoch", "add", .. var options] || options.Length % 2 != 0)
            return false;
        for (var i = 0; i < options.Length; i += 2)
        {
            switch (options[i])
            {
                case "--ring" when folder.Length == 0 && options[i + 1].Length > 0:
                    folder = options[i + 1];
                    break;
                case "--epoch" when epoch is null && ulong.TryParse(options[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0:
                    epoch = number;
                    break;
                default:
                    return false;
            }
        }
        return folder.Length > 0;
    }
}
