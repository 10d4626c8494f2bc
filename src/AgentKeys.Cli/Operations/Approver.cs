using System.Globalization;
using AgentKeys.Chain;
using AgentKeys.Protocol;

namespace AgentKeys.Cli;

/// <summary>
/// Collects the approval of this machine's passkey for one operation: reads the nonce, computes the challenge from exactly what
/// the page shows, runs the ceremony.
/// </summary>
internal sealed class Approver(CommandContext context, OperatorChain chain, OperatorIdentity identity, bool openBrowser)
{
    /// <summary>Approvals count this long: enough for a slow chain, too short to be found later.</summary>
    public static readonly TimeSpan Validity = TimeSpan.FromMinutes(10);

    /// <param name="fieldsHash">of <see cref="ApprovalFields"/>.</param>
    /// <param name="lines">what is being approved, in plain words; operator, chain and end of validity are added.</param>
    public async Task<MasterApproval> ApproveAsync(
        ApprovalOperation operation, ApprovingContract contract, Bytes32 fieldsHash, string title, IReadOnlyList<(string Label, string Value)> lines, CancellationToken cancel)
    {
        var nonce = await chain.Reader.GetChallengeNonceAsync(identity.Device, contract, operation.Kind ?? throw new ArgumentException("No master approves this.", nameof(operation)), cancel);
        var deadline = await DeadlineAsync(chain, context.Edges.Time, cancel);
        var address = chain.Deployment.AddressOf(contract);
        var challenge = ApprovalChallenge.Compute(operation, chain.Deployment.ChainId, address.ToAccount(), identity.Omni, nonce, deadline, fieldsHash);
        var summary = new CeremonySummary(title, [("Operation", operation.Name), .. lines, .. Footer(chain, identity.Omni, deadline)]);
        if (!Base64UrlStrict.TryDecode(identity.Record.CredentialId, out var credentialId))
            throw CliException.Failure($"{context.Home.Path}/init.json is damaged: the passkey's id is no base64url.");

        var ceremony = new GetCeremony(challenge, summary, credentialId, identity.Passkey);
        await Ceremonies.RunAsync(context, chain.Profile, ceremony, openBrowser, cancel);
        return new MasterApproval(identity.Device, deadline, ceremony.Assertion!);
    }

    /// <summary>Unix seconds. The chain's clock judges it; on a dev chain that stands ahead of ours, ours would be over already.</summary>
    public static async Task<ulong> DeadlineAsync(OperatorChain chain, TimeProvider time, CancellationToken cancel)
    {
        var head = await chain.Reader.GetHeadAsync(cancel);
        var now = Math.Max(head.Timestamp, (ulong)time.GetUtcNow().ToUnixTimeSeconds());
        return now + (ulong)Validity.TotalSeconds;
    }

    public static IEnumerable<(string Label, string Value)> Footer(OperatorChain chain, Omni operatorOmni, ulong deadline) =>
    [
        ("Operator", operatorOmni.ToString()),
        ("Chain", $"{chain.Profile.Name} ({chain.Deployment.ChainId.ToString(CultureInfo.InvariantCulture)})"),
        ("This approval counts until", Moments.Utc(deadline)),
    ];
}
