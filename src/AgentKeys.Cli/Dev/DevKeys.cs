using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AgentKeys.Cli;

/// <summary>Keys of a stack, made once by the programs that own them: K1 and K2 by the broker's, K3 by the signer's.</summary>
internal static class DevKeys
{
    private const string PublicFile = "public.json";

    /// <returns>the public keys <c>{"session": jwk, "oidc": jwk}</c>, for the configuration of those who verify.</returns>
    public static async Task<JsonObject> EnsureBrokerAsync(DevFolder folder, ServicePrograms programs, CancellationToken cancel)
    {
        if (!Directory.Exists(folder.BrokerKeys))
            await MakeBrokerAsync(folder, programs, cancel);
        return JsonNode.Parse(await File.ReadAllBytesAsync(Path.Combine(folder.BrokerKeys, PublicFile), cancel)) as JsonObject
            ?? throw CliException.Failure($"{folder.BrokerKeys}/{PublicFile} is damaged.", "start anew with `agentkeys dev --reset`");
    }

    public static async Task EnsureRingAsync(DevFolder folder, ServicePrograms programs, CancellationToken cancel)
    {
        PrivateFiles.EnsureFolder(folder.Ring);
        if (!Directory.EnumerateFiles(folder.Ring).Any())
            await ChildProcess.RunAsync("AgentKeys.Signer epoch add", [.. programs.Service("AgentKeys.Signer"), "epoch", "add", "--ring", folder.Ring], folder.Root, cancel);
    }

    /// <summary>Made in a folder aside and renamed: private keys and their public halves are there together or not at all.</summary>
    private static async Task MakeBrokerAsync(DevFolder folder, ServicePrograms programs, CancellationToken cancel)
    {
        var aside = folder.In("keys", "new"); // what a run left here that died in between was never used
        if (Directory.Exists(aside))
            Directory.Delete(aside, recursive: true);
        PrivateFiles.EnsureFolder(aside);
        string[] arguments = ["keys", "create", "--session", Path.Combine(aside, "k1.json"), "--oidc", Path.Combine(aside, "k2.json")];
        var printed = await ChildProcess.RunAsync("AgentKeys.Broker keys create", [.. programs.Service("AgentKeys.Broker"), .. arguments], folder.Root, cancel);
        Expect(printed);
        PrivateFiles.Create(Path.Combine(aside, PublicFile), Encoding.UTF8.GetBytes(printed));
        Directory.Move(aside, folder.BrokerKeys);
    }

    private static void Expect(string printed)
    {
        try
        {
            if (JsonNode.Parse(printed) is JsonObject keys && keys["session"] is JsonObject && keys["oidc"] is JsonObject)
                return;
        }
        catch (JsonException)
        {
            // told below
        }
        throw CliException.Failure("AgentKeys.Broker keys create did not print its public keys.");
    }
}
