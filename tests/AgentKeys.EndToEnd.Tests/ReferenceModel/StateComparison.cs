using System.Globalization;
using System.Numerics;
using AgentKeys.Chain;
using AgentKeys.Ethereum;
using AgentKeys.Ethereum.Abi;
using AgentKeys.Testing.Reference;

namespace AgentKeys.EndToEnd.Tests.ReferenceModel;

/// <summary>The whole state, asked of the contracts' views and of the model.</summary>
internal sealed class StateComparison(ReferenceRegistry model, ModelChain chain)
{
    private readonly List<(string Name, string To, AbiFunction Function, byte[] Data, string Expected)> _views = [];

    /// <summary>What differs, in words; null: nothing.</summary>
    public async Task<string?> FindDifferenceAsync()
    {
        _views.Clear();
        AskEpochs();
        foreach (var op in model.Operators.Values)
            Ask(op);
        foreach (var device in model.Devices.Values)
            Ask(device);
        foreach (var (actor, omni) in model.Actors)
            AskActor(actor, omni);
        foreach (var (wallet, omni) in model.WalletsEver)
        {
            View(Call.Registry, "operatorOfWallet", [Address(wallet)], model.OperatorOfWallet(wallet) ?? Word.Zero);
            View(Call.Registry, "isWalletUsed", [Address(wallet)], true);
        }

        var answers = await chain.ReadAsync([.. _views.Select(v => (v.To, v.Data))]);
        for (var i = 0; i < _views.Count; i++)
        {
            var view = _views[i];
            var actual = view.Function.DecodeResult(answers[i], out var results) == AbiFault.None ? Text(results) : "undecodable " + Convert.ToHexStringLower(answers[i]);
            actual = view.Name.StartsWith("capFacts", StringComparison.Ordinal) ? WithoutBlock(actual) : actual;
            if (actual != view.Expected)
                return $"{view.Name}\n  model:     {view.Expected}\n  contracts: {actual}";
        }

        return null;
    }

    private void AskEpochs()
    {
        View(Call.Epochs, "currentEpoch", [], model.Epoch);
        View(Call.Epochs, "governance", [], model.Governance);
        View(Call.Epochs, "pendingGovernance", [], model.PendingGovernance);
    }

    private void Ask(ModelOperator op)
    {
        var own = op.Devices.FindLastIndex(d => d.Tier == ReferenceRegistry.Agent && d.Actor == op.Omni) + 1;
        View(
            Call.Registry, "getOperator", [CallEncoder.Bytes(op.Omni)],
            new object[]
            {
                op.Wallet, (int)op.Tier, op.RecoveryThreshold, op.GrantThreshold, model.ActiveMasters(op.Omni).Count(), model.CountActive(op.Omni, ReferenceRegistry.Recovery),
                op.Devices.Count, op.Relay, op.RegisteredAt, own,
            });
        View(Call.Registry, "devicesOf", [CallEncoder.Bytes(op.Omni), 0, 100_000], op.Devices.Select(d => (object)d.Hash).ToArray());
        foreach (var contract in new[] { Call.Registry, Call.Scope, Call.Proposals })
            View(Call.Registry, "recoveryNonce", [CallEncoder.Bytes(op.Omni), Address(chain.Addresses[contract])], model.RecoveryNonce(op.Omni, contract));
    }

    private void Ask(ModelDevice d)
    {
        var hash = CallEncoder.Bytes(d.Hash);
        var passkey = d.Passkey is { } p ? new object[] { p.CredIdHash, Integer(p.X), Integer(p.Y), p.RpIdHash, p.OriginHash } : [Word.Zero, 0, 0, Word.Zero, Word.Zero];
        var ordinal = model.Operators[d.Operator].Devices.IndexOf(d) + 1;
        View(
            Call.Registry, "getDevice", [hash],
            new object[] { d.Operator, d.Actor, d.Tier, d.Roles, d.RegisteredAt, d.RevokedAt, d.CompromisedSince, ordinal, Two(d.Approvers), passkey });
        View(Call.Registry, "isActive", [hash], !d.Revoked && !model.ApproverRevoked(d.Approvers, d.RegisteredAt));
        View(Call.Registry, "voids", [hash], model.Voids(d.Hash));
        foreach (var contract in new[] { Call.Registry, Call.Scope, Call.Proposals })
            View(Call.Registry, "approvalNonce", [hash, Address(chain.Addresses[contract])], model.ApprovalNonce(d.Hash, contract));
        if (d.Passkey is { } key)
            View(Call.Registry, "isPasskeyUsed", [CallEncoder.Bytes(d.Operator), CallEncoder.Bytes(key.X), CallEncoder.Bytes(key.Y)], true);
        AskProposal(d);
        AskFacts(d);
    }

    private void AskProposal(ModelDevice d)
    {
        var open = model.Open.GetValueOrDefault(d.Hash);
        if (open is null)
        {
            View(Call.Proposals, "getProposal", [CallEncoder.Bytes(d.Hash)], new object[] { Word.Zero, Word.Zero, 0, 0, 0, 0, 0, false });
            return;
        }

        var (from, to) = (open.ProposedAt + model.Delay, open.ProposedAt + model.Delay + ReferenceRegistry.Week);
        var live = !model.IsVoid(open) && model.Now <= to && d is { IsActiveMaster: true } && (d.Roles & ReferenceRegistry.Recovery) != 0 && model.Devices[open.Target].IsActiveMaster;
        View(
            Call.Proposals, "getProposal", [CallEncoder.Bytes(d.Hash)],
            new object[] { open.Operator, open.Target, open.Since, open.RecoveryNonce, open.ProposedAt, from, to, live });
    }

    /// <summary>The device for its actor, with the first grant of the actor's scope and its operator's wallet.</summary>
    private void AskFacts(ModelDevice d)
    {
        var op = model.Operators[d.Operator];
        var scope = model.Scopes.GetValueOrDefault(d.Actor) ?? new ModelScope();
        var grant = scope.Grants.Count > 0 ? scope.Grants[0] : null;
        var service = grant?.ServiceHash ?? Word.DeviceHash(op.Wallet);
        View(
            "lens", "capFacts", [new object[] { CallEncoder.Bytes(op.Omni), CallEncoder.Bytes(d.Actor), CallEncoder.Bytes(d.Hash), 1, CallEncoder.Bytes(service), Address(op.Wallet) }],
            new object[]
            {
                model.Epoch, d.RegisteredAt, d.Revoked, model.ApproverRevoked(d.Approvers, d.RegisteredAt), d.Tier, d.Roles, d.Operator, d.Actor, d.Operator, d.Operator, true,
                (int)op.Tier, op.Wallet, op.RecoveryThreshold, op.GrantThreshold, model.ActiveMasters(op.Omni).Count(), model.CountActive(op.Omni, ReferenceRegistry.Recovery),
                op.Relay, grant is not null, grant?.DataClasses ?? 0, grant?.ReadOnly ?? false, grant?.ExpiresAt ?? 0, grant?.MaxCalls ?? 0, grant?.PeriodSeconds ?? 0,
                scope.Generation, model.ApproverRevoked(scope.Approvers, scope.SetAt),
            });
    }

    private void AskActor(string actor, string omni)
    {
        View(Call.Registry, "operatorOfActor", [CallEncoder.Bytes(actor)], omni);
        var scope = model.Scopes.GetValueOrDefault(actor) ?? new ModelScope();
        View(
            Call.Scope, "getScope", [CallEncoder.Bytes(actor)],
            new object[] { scope.Generation, scope.SetAt, Two(scope.Approvers), scope.Operator },
            scope.Grants.Select(g => (object)new object[] { g.ServiceHash, g.DataClasses, g.ReadOnly, g.ExpiresAt, g.MaxCalls, g.PeriodSeconds }).ToArray());
    }

    private void View(string contract, string function, object?[] arguments, object expected, object? second = null)
    {
        var artifact = contract switch
        {
            Call.Registry => ContractNames.SidecarRegistry,
            Call.Scope => ContractNames.AgentKeysScope,
            Call.Proposals => "RecoveryProposals",
            Call.Epochs => ContractNames.K3EpochCounter,
            _ => ContractNames.CapLens,
        };
        var abi = ContractArtifacts.Get(artifact).Abi.Function(function);
        _views.Add(($"{function}{Text(arguments)}", chain.Addresses[contract], abi, abi.Encode(arguments), Text(second is null ? new[] { expected } : [expected, second])));
    }

    /// <summary>version, chain id, registry, block, time and parent are the node's, not the model's.</summary>
    private static string WithoutBlock(string facts) => "[[" + string.Join(',', facts.TrimStart('[').Split(',')[6..]);

    private static object[] Two(IReadOnlyList<string> approvers) => [approvers.ElementAtOrDefault(0) ?? Word.Zero, approvers.ElementAtOrDefault(1) ?? Word.Zero];

    private static Address Address(string address) => CallEncoder.Account(address);

    private static BigInteger Integer(string hex) => BigInteger.Parse("0" + hex, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private static string Text(object? value) => value switch
    {
        null => "",
        byte[] bytes => Convert.ToHexStringLower(bytes),
        Address address => Convert.ToHexStringLower(address.ToArray()),
        bool flag => flag ? "true" : "false",
        object?[] many => "[" + string.Join(',', many.Select(Text)) + "]",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };
}
