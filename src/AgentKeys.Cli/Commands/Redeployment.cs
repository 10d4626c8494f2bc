using AgentKeys.Chain;

namespace AgentKeys.Cli;

/// <summary><c>chain deploy --redeploy</c>: says what new contracts leave behind, and sets the old files aside.</summary>
internal static class Redeployment
{
    /// <summary>Nothing to set aside: an interrupted redeployment, which goes on, or a first one.</summary>
    /// <param name="file">The addresses file. It and its journal get <c>.before-BLOCK</c> behind their names, or a number more.</param>
    /// <exception cref="CliException">There is something to lose and nobody said yes; nothing was changed.</exception>
    public static void SetAside(CliOutput output, string file, bool yes)
    {
        if (!File.Exists(file))
            return;
        var old = Read(file);
        output.Warn($"new contracts on chain {old.ChainId} begin empty. What stays behind at the old addresses, for ever:");
        output.Say($"operators: every wallet, master, passkey, agent and threshold in the registry {old.Registry.ToChecksumString()}; everybody enrols anew, and a device key that was revoked there is unknown here");
        output.Say($"scopes: everything that agents were granted in {old.Scope.ToChecksumString()}");
        output.Say($"logs: what the old registry's operators recorded stays with them; the new ones begin at record 1");
        output.Say($"epochs: {old.Epoch.ToChecksumString()} is left where it is, and the new counter begins at 1: signers have keys for the old one's epochs");
        output.Say("caps and sessions that name the old registry, and every approval that was signed for it, are void");
        if (!yes)
            throw CliException.Failure("--redeploy changes nothing without --yes", "read the list; then run it again with --yes");

        // The journal first: stopped in between, the addresses file still says that there is a deployment to lose.
        var suffix = Free(file, old.Block);
        if (File.Exists(ContractDeployer.JournalOf(file)))
            File.Move(ContractDeployer.JournalOf(file), ContractDeployer.JournalOf(file) + suffix);
        File.Move(file, file + suffix);
        output.Say($"the old addresses are in {file}{suffix}");
    }

    private static Deployment Read(string file)
    {
        try
        {
            return DeploymentJson.Parse(File.ReadAllText(file));
        }
        catch (FormatException e)
        {
            throw CliException.Failure($"{file}: {e.Message}", "it is left as it is; move it away yourself if it can go", e);
        }
    }

    private static string Free(string file, ulong block)
    {
        for (var number = 0; ; number++)
        {
            var suffix = number == 0 ? $".before-{block}" : $".before-{block}-{number}";
            if (!File.Exists(file + suffix) && !File.Exists(ContractDeployer.JournalOf(file) + suffix))
                return suffix;
        }
    }
}
