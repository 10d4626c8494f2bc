using AgentKeys.Protocol;

namespace AgentKeys.Tests.Rules;

/// <summary>One decision with everything in it: tests bend exactly one member of an allowed case.</summary>
internal sealed record RuleCase(CapRequest Request, CapFacts Facts)
{
    public static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);

    public static readonly Omni Operator = Omni.OfAddress(Account(1));
    public static readonly Omni OtherOperator = Omni.OfAddress(Account(2));
    public static readonly Omni Agent = Omni.OfAddress(Account(3));
    public static readonly Omni OtherAgent = Omni.OfAddress(Account(4));
    public static readonly AccountAddress Wallet = Account(1);

    public Refusal? Check() => CapRules.Check(Request, Facts, Now);

    /// <summary>An agent's own device uses a granted credential. Allowed.</summary>
    public static RuleCase AgentMay(CapOp op, DataClass dataClass = DataClass.Credentials) => new(
        new CapRequest
        {
            Op = op,
            DataClass = dataClass,
            Operator = Operator,
            Actor = Agent,
            Service = op.NamesService() ? ServiceName.Parse("openai") : null,
            Device = DeviceKeyHash.OfAddress(Account(3)),
        },
        new CapFacts
        {
            Chain = new ChainRef(31337, Account(9)),
            Head = new HeadFacts(100, (ulong)Now.ToUnixTimeSeconds() - 2, default),
            Epoch = 1,
            Device = new DeviceFacts(1_700_000_000, false, false, DeviceTier.Agent, DeviceRoles.CapMint, Operator, Agent),
            ActorOperator = Operator,
            WalletOperator = default,
            WalletEverUsed = false,
            Operator = new OperatorFacts(TrustTier.HumanAnchored, Wallet, 1, 1, 1, 1, Account(8)),
            Grant = new GrantFacts(true, dataClass.MaskBit(), false, 0, 0, 0, 1, false),
        });

    /// <summary>A master with every role acts on the operator's own data. Allowed.</summary>
    public static RuleCase MasterMay(CapOp op, DataClass dataClass = DataClass.Credentials)
    {
        var agent = AgentMay(op, dataClass);
        return agent with
        {
            Request = agent.Request with { Actor = Operator },
            Facts = agent.Facts with
            {
                Device = agent.Facts.Device with
                {
                    Tier = DeviceTier.Master,
                    Roles = DeviceRoles.CapMint | DeviceRoles.Recovery | DeviceRoles.ScopeMgmt,
                    Actor = Operator,
                },
                Grant = new GrantFacts(false, 0, false, 0, 0, 0, 0, false),
            },
        };
    }

    /// <summary>The one device of an agent_rooted operator uses its memory. Allowed, without a grant.</summary>
    public static RuleCase AgentRootedMay(CapOp op)
    {
        var agent = AgentMay(op, DataClass.Memory);
        return agent with
        {
            Request = agent.Request with { Actor = Operator },
            Facts = agent.Facts with
            {
                Device = agent.Facts.Device with { Actor = Operator },
                Operator = agent.Facts.Operator with { Tier = TrustTier.AgentRooted },
                Grant = new GrantFacts(false, 0, false, 0, 0, 0, 0, false),
            },
        };
    }

    public RuleCase WithRequest(Func<CapRequest, CapRequest> bend) => this with { Request = bend(Request) };

    public RuleCase WithFacts(Func<CapFacts, CapFacts> bend) => this with { Facts = bend(Facts) };

    public RuleCase WithDevice(Func<DeviceFacts, DeviceFacts> bend) => WithFacts(f => f with { Device = bend(f.Device) });

    public RuleCase WithGrant(Func<GrantFacts, GrantFacts> bend) => WithFacts(f => f with { Grant = bend(f.Grant) });

    public RuleCase WithTier(TrustTier tier) => WithFacts(f => f with { Operator = f.Operator with { Tier = tier } });

    private static AccountAddress Account(byte fill) => new(Enumerable.Repeat(fill, 20).ToArray());
}
