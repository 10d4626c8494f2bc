using AgentKeys.Ethereum.Abi;
using AgentKeys.Protocol;

namespace AgentKeys.Chain;

/// <summary>
/// CapLens on the wire: the query's six words, the facts' thirty-two. Read word by word without boxing, since every decision
/// of every service passes here; a test holds the order against the compiled contract's ABI.
/// </summary>
internal static class CapLensCodec
{
    /// <summary>Of the facts' layout that this code reads.</summary>
    public const ulong Version = 2;

    /// <summary>Queries that CapLens takes at once.</summary>
    public const int MaxQueries = 64;

    private const int QueryWords = 6;
    private const int FactsWords = 32;

    private static readonly AbiSignature Single = AbiSignature.Parse("capFacts((bytes32,bytes32,bytes32,uint8,bytes32,address))");
    private static readonly AbiSignature Batch = AbiSignature.Parse("capFactsBatch((bytes32,bytes32,bytes32,uint8,bytes32,address)[])");

    public static byte[] EncodeSingle(FactsQuery query)
    {
        var calldata = new byte[4 + QueryWords * AbiType.Word];
        var writer = new AbiWriter(calldata);
        writer.WriteSelector(Single.Selector);
        Write(ref writer, query);
        return calldata;
    }

    public static byte[] EncodeBatch(IReadOnlyList<FactsQuery> queries)
    {
        var calldata = new byte[4 + (2 + queries.Count * QueryWords) * AbiType.Word];
        var writer = new AbiWriter(calldata);
        writer.WriteSelector(Batch.Selector);
        writer.WriteUInt64(AbiType.Word);
        writer.WriteUInt64((ulong)queries.Count);
        foreach (var query in queries)
            Write(ref writer, query);
        return calldata;
    }

    /// <exception cref="ChainUnavailableException">Not facts, or not of this deployment.</exception>
    public static CapFacts DecodeSingle(ReadOnlySpan<byte> answer, Deployment deployment)
    {
        ThrowIfEmpty(answer);
        var reader = new AbiReader(answer);
        var facts = Read(ref reader, deployment);
        Finish(reader);
        return facts;
    }

    /// <exception cref="ChainUnavailableException">Not that many facts, not of this deployment, or not all of one block.</exception>
    public static IReadOnlyList<CapFacts> DecodeBatch(ReadOnlySpan<byte> answer, int expected, Deployment deployment)
    {
        ThrowIfEmpty(answer);
        var reader = new AbiReader(answer);
        var count = reader.ReadOnlyArray(FactsWords);
        if (reader.Fault != AbiFault.None || count != expected)
            throw Bad();
        var facts = new CapFacts[count];
        for (var i = 0; i < count; i++)
            facts[i] = Read(ref reader, deployment);
        Finish(reader);
        return facts.Any(f => f.Head != facts[0].Head) ? throw Bad() : facts;
    }

    private static void Write(ref AbiWriter writer, FactsQuery query)
    {
        writer.WriteBytes32(query.Operator.Value.ToArray());
        writer.WriteBytes32(query.Actor.Value.ToArray());
        writer.WriteBytes32(query.Device.Value.ToArray());
        writer.WriteUInt64(query.DataClass is { } dataClass ? (ulong)dataClass : 0);
        writer.WriteBytes32((query.Service?.Hash ?? default).ToArray());
        writer.WriteAddress(query.SessionWallet.ToAddress());
    }

    /// <summary>Identity first: of another version, the rest is not what it seems.</summary>
    private static CapFacts Read(ref AbiReader reader, Deployment deployment)
    {
        var version = reader.ReadUInt64();
        if (reader.Fault == AbiFault.None && version != Version)
            throw new ChainUnavailableException(ChainFault.WrongVersion);
        var chain = new ChainRef(reader.ReadUInt64(), reader.ReadAddress().ToAccount());
        if (reader.Fault == AbiFault.None && chain != deployment.Chain)
            throw new ChainUnavailableException(ChainFault.WrongChain);

        var head = new HeadFacts(reader.ReadUInt64(), reader.ReadUInt64(), ReadHash(ref reader));
        var epoch = reader.ReadUInt64();
        var device = new DeviceFacts(
            reader.ReadUInt64(), reader.ReadBool(), reader.ReadBool(), (DeviceTier)Up(reader.ReadByte(), 2), (DeviceRoles)Up(reader.ReadByte(), 7),
            new Omni(ReadHash(ref reader)), new Omni(ReadHash(ref reader)));
        return new CapFacts
        {
            Chain = chain,
            Head = head,
            Epoch = epoch,
            Device = device,
            ActorOperator = new Omni(ReadHash(ref reader)),
            WalletOperator = new Omni(ReadHash(ref reader)),
            WalletEverUsed = reader.ReadBool(),
            Operator = new OperatorFacts(
                (TrustTier)Up(reader.ReadByte(), 2), reader.ReadAddress().ToAccount(), reader.ReadByte(), reader.ReadByte(), reader.ReadByte(),
                reader.ReadByte(), reader.ReadAddress().ToAccount()),
            Grant = new GrantFacts(
                reader.ReadBool(), reader.ReadByte(), reader.ReadBool(), reader.ReadUInt64(), reader.ReadUInt32(), reader.ReadUInt32(),
                reader.ReadUInt64(), reader.ReadBool()),
        };
    }

    private static Bytes32 ReadHash(ref AbiReader reader) => new(reader.ReadBytes32());

    /// <summary>A number that this release has no name for cannot be judged by it.</summary>
    private static byte Up(byte value, byte most) => value <= most ? value : throw Bad();

    private static void Finish(AbiReader reader)
    {
        if (reader.Finish() != AbiFault.None)
            throw Bad();
    }

    private static void ThrowIfEmpty(ReadOnlySpan<byte> answer)
    {
        if (answer.IsEmpty)
            throw new ChainUnavailableException(ChainFault.NoCode);
    }

    private static ChainUnavailableException Bad() => new(ChainFault.BadAnswer);
}
