using AgentKeys.Protocol;
using Xunit;

namespace AgentKeys.Tests.Rules;

/// <summary>SPEC.md section 7 restated as a ladder, against the rule, on many thousand bent cases of a fixed seed.</summary>
public class CapRulesOracleTests
{
    private const int Cases = 200_000;

    [Fact]
    public void The_rule_is_the_ladder_of_the_specification()
    {
        var random = new Random(7);
        var seen = new Dictionary<RefusalCode, int>();
        var allowed = 0;
        for (var i = 0; i < Cases; i++)
        {
            var bent = Bend(random);
            var expected = Ladder(bent.Request, bent.Facts, RuleCase.Now.ToUnixTimeSeconds());
            var refusal = bent.Check();
            Assert.True(expected == refusal?.Code, $"case {i}: {bent}");
            if (expected is { } code)
                seen[code] = seen.GetValueOrDefault(code) + 1;
            else
                allowed++;
        }

        // An oracle that never meets a code proves nothing about it.
        RefusalCode[] all =
        [
            RefusalCode.SessionRevoked, RefusalCode.CustodyTierRequired, RefusalCode.DeviceNotActive, RefusalCode.DeviceRevoked, RefusalCode.ApproverRevoked,
            RefusalCode.OperatorMismatch, RefusalCode.DeviceBindingMismatch, RefusalCode.DeviceRoleMissing, RefusalCode.ServiceNotInScope, RefusalCode.ScopeExpired,
            RefusalCode.ScopeReadOnly,
        ];
        Assert.Equal(all.Order(), seen.Keys.Order());
        Assert.All(seen, c => Assert.True(c.Value > 300, $"{c.Key}: {c.Value}"));
        Assert.True(allowed > 1000, $"allowed: {allowed}");
    }

    private static RefusalCode? Ladder(CapRequest q, CapFacts f, long now)
    {
        var master = (byte)f.Device.Tier == 1;
        var mint = ((byte)f.Device.Roles & 1) != 0;
        var scopeMgmt = ((byte)f.Device.Roles & 4) != 0;
        var own = f.Device.Actor == q.Actor;
        var op = q.Op.ToString();

        if (q.SessionWallet != null && (byte)f.Operator.Tier != 0 && f.WalletOperator != q.Operator) return RefusalCode.SessionRevoked;
        if (q.DataClass is DataClass.Credentials or DataClass.Email && (byte)f.Operator.Tier != 2) return RefusalCode.CustodyTierRequired;
        if (q.DataClass is DataClass.Memory or DataClass.Audit && (byte)f.Operator.Tier == 0) return RefusalCode.CustodyTierRequired;
        if (f.Device.RegisteredAt == 0) return RefusalCode.DeviceNotActive;
        if (f.Device.Revoked) return RefusalCode.DeviceRevoked;
        if (f.Device.ApproverRevoked) return RefusalCode.ApproverRevoked;
        if (f.Device.Operator != q.Operator || f.ActorOperator != q.Operator) return RefusalCode.OperatorMismatch;
        if (op is "Store" or "List" or "Delete" or "Teardown" ? !own && !master : !own) return RefusalCode.DeviceBindingMismatch;
        if (!mint) return RefusalCode.DeviceRoleMissing;
        if (op == "Teardown" && !(master && scopeMgmt)) return RefusalCode.DeviceRoleMissing;
        if (master || (byte)f.Operator.Tier == 1 || op is "List" or "Teardown") return null;
        if (!f.Grant.Exists || (f.Grant.Classes >> ((int)q.DataClass - 1)) % 2 == 0) return RefusalCode.ServiceNotInScope;
        if (f.Grant.ApproverRevoked) return RefusalCode.ApproverRevoked;
        if (f.Grant.ExpiresAt > 0 && (f.Grant.ExpiresAt <= (ulong)now || f.Grant.ExpiresAt <= f.Head.Timestamp)) return RefusalCode.ScopeExpired;
        if (f.Grant.ReadOnly && op is "Store" or "Delete" or "Append" or "Send") return RefusalCode.ScopeReadOnly;
        return null;
    }

    /// <summary>Starts allowed and bends each member with its own probability, so deep rungs are reached too.</summary>
    private static RuleCase Bend(Random random)
    {
        var op = CapOps.All[random.Next(CapOps.All.Count)];
        var dataClass = DataClasses.All[random.Next(DataClasses.All.Count)];
        var start = random.Next(3) switch
        {
            0 => RuleCase.AgentMay(op, dataClass),
            1 => RuleCase.MasterMay(op, dataClass),
            _ => RuleCase.AgentRootedMay(op),
        };
        bool Rarely() => random.Next(8) == 0;
        T OrNot<T>(T bent, T kept) => Rarely() ? bent : kept;
        var now = (ulong)RuleCase.Now.ToUnixTimeSeconds();
        ulong Around() => now + (ulong)random.Next(5) - 2;

        return start
            .WithRequest(r => r with { SessionWallet = OrNot<AccountAddress?>(RuleCase.Wallet, r.SessionWallet), Actor = OrNot(RuleCase.OtherAgent, r.Actor) })
            .WithFacts(f => f with
            {
                WalletOperator = OrNot(default, RuleCase.Operator),
                WalletEverUsed = false,
                ActorOperator = OrNot(RuleCase.OtherOperator, f.ActorOperator),
                Operator = f.Operator with { Tier = OrNot((TrustTier)random.Next(3), f.Operator.Tier) },
                Head = f.Head with { Timestamp = Around() },
                Device = f.Device with
                {
                    RegisteredAt = OrNot(0UL, f.Device.RegisteredAt),
                    Revoked = Rarely(),
                    ApproverRevoked = Rarely(),
                    Operator = OrNot(RuleCase.OtherOperator, f.Device.Operator),
                    Actor = OrNot(RuleCase.OtherAgent, f.Device.Actor),
                    Tier = OrNot((DeviceTier)random.Next(1, 3), f.Device.Tier),
                    Roles = OrNot((DeviceRoles)random.Next(8), f.Device.Roles),
                },
                Grant = new GrantFacts(
                    OrNot(false, true), OrNot((byte)random.Next(16), dataClass.MaskBit()), Rarely(), OrNot(Around(), 0UL), 0, 0, 1, Rarely()),
            });
    }
}
