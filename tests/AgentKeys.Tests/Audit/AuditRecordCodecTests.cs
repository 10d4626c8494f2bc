using AgentKeys.Protocol;
using Xunit;

namespace AgentKeys.Tests.Audit;

public sealed class AuditRecordCodecTests
{
    private static Bytes32 B(byte fill) => new(Enumerable.Repeat(fill, 32).ToArray());

    private static AuditRecord Authorized() => new()
    {
        Time = 1_700_000_000_123,
        Operator = new Omni(B(1)),
        Actor = new Omni(B(2)),
        Device = new DeviceKeyHash(B(3)),
        Op = AuditOpKind.CredentialsStore,
        Phase = AuditPhase.Authorized,
        Block = 77,
        Verifier = "worker:credentials",
        Jkt = B(4),
        ProofJti = "proof-1",
        CapJti = "cap-1",
        Object = new ObjectName(ServiceName.Parse("openai_api_key")),
        ScopeGeneration = 5,
        QuotaPeriod = 19_675,
        Intent = "rotate the key",
        IntentCommitment = B(6),
        Body = new byte[] { 9, 9 },
    };

    private static AuditRecord Outcome() => Authorized() with
    {
        Phase = AuditPhase.Outcome,
        Ref = B(7),
        Result = AuditRecord.Ok,
        Jkt = null,
        ProofJti = null,
        ObjectVersion = 3,
        Deleted = true,
        SealedHash = B(8),
    };

    public static TheoryData<AuditRecord> Valid => [Authorized(), Outcome(), Outcome() with { Deleted = false, Body = null, Intent = null }];

    [Theory]
    [MemberData(nameof(Valid))]
    public void Reads_back_what_it_wrote(AuditRecord record)
    {
        var bytes = AuditRecordCodec.Encode(record);
        Assert.Equal(AuditRecordFault.None, AuditRecordCodec.TryDecode(bytes, out var read));
        Assert.Equal(bytes, AuditRecordCodec.Encode(read));
        Assert.Equal(record with { Body = null }, read with { Body = null });
    }

    [Fact]
    public void Has_the_bytes_of_the_specification()
    {
        var record = new AuditRecord
        {
            Time = 1,
            Operator = default,
            Actor = default,
            Device = default,
            Op = AuditOpKind.LogOpened,
            Phase = AuditPhase.Authorized,
            Verifier = "broker",
        };
        var zeros = "5820" + new string('0', 64);
        var expected = $"a8" + "0001" + "0101" + "02" + zeros + "03" + zeros + "04" + zeros + "051850" + "0600" + "0a6662726f6b6572";
        var bytes = AuditRecordCodec.Encode(record);
        Assert.Equal(expected, Convert.ToHexStringLower(bytes));
        Assert.Equal(new Bytes32(System.Security.Cryptography.SHA256.HashData([0, .. bytes])), AuditRecord.LeafOf(bytes));
    }

    public static TheoryData<string, AuditRecord, AuditRecordFault> Bent
    {
        get
        {
            var a = Authorized();
            var o = Outcome();
            return new()
            {
                { "ref before the act", a with { Ref = B(7) }, AuditRecordFault.Inconsistent },
                { "result before the act", a with { Result = "ok" }, AuditRecordFault.Inconsistent },
                { "outcome of nothing", o with { Ref = null }, AuditRecordFault.MissingMember },
                { "outcome without result", o with { Result = null }, AuditRecordFault.MissingMember },
                { "outcome with a proof", o with { Jkt = B(4), ProofJti = "p" }, AuditRecordFault.Inconsistent },
                { "jkt alone", a with { ProofJti = null }, AuditRecordFault.Inconsistent },
                { "jti alone", a with { Jkt = null }, AuditRecordFault.Inconsistent },
                { "version of nothing", o with { Object = null, QuotaPeriod = null }, AuditRecordFault.Inconsistent },
                { "deleted without version", o with { ObjectVersion = null }, AuditRecordFault.Inconsistent },
                { "quota without generation", a with { ScopeGeneration = null }, AuditRecordFault.Inconsistent },
                { "quota without object", a with { Object = null }, AuditRecordFault.Inconsistent },
                { "third phase", a with { Phase = (AuditPhase)2 }, AuditRecordFault.BadMember },
                { "no verifier", a with { Verifier = "" }, AuditRecordFault.BadMember },
                { "verifier too long", a with { Verifier = new string('a', 65) }, AuditRecordFault.BadMember },
                { "verifier in capitals", a with { Verifier = "Broker" }, AuditRecordFault.BadMember },
                { "empty jti", a with { ProofJti = "" }, AuditRecordFault.BadMember },
                { "long jti", a with { ProofJti = new string('a', 129) }, AuditRecordFault.BadMember },
                { "cap jti with a space", a with { CapJti = "a b" }, AuditRecordFault.BadMember },
                { "result with a newline", o with { Result = "ok\n" }, AuditRecordFault.BadMember },
                { "empty intent", a with { Intent = "" }, AuditRecordFault.BadMember },
                { "long intent", a with { Intent = new string('ä', 513) }, AuditRecordFault.BadMember },
                { "lone surrogate", a with { Intent = "\ud800" }, AuditRecordFault.BadMember },
                { "long body", a with { Body = new byte[8 * 1024 + 1] }, AuditRecordFault.BadMember },
            };
        }
    }

    [Theory]
    [MemberData(nameof(Bent))]
    public void Writing_a_bent_record_is_a_bug(string what, AuditRecord record, AuditRecordFault fault)
    {
        var e = Assert.Throws<ArgumentException>(() => AuditRecordCodec.Encode(record));
        Assert.True(e.Message.Contains(fault.ToString(), StringComparison.Ordinal), $"{what}: {e.Message}");
    }

    public static TheoryData<string, string, AuditRecordFault> Hostile
    {
        get
        {
            var good = Convert.ToHexStringLower(AuditRecordCodec.Encode(Outcome() with { Body = null, Intent = null, IntentCommitment = null }));
            var z = "5820" + new string('0', 64);
            var head = "0001" + "0101" + "02" + z + "03" + z + "04" + z;
            var tail = "0a6662726f6b6572";
            var plain = head + "051850" + "0600" + tail;
            return new()
            {
                { "empty", "", AuditRecordFault.Malformed },
                { "not a map", "83010203", AuditRecordFault.Malformed },
                { "cut short", good[..^2], AuditRecordFault.Malformed },
                { "trailing byte", good + "00", AuditRecordFault.NotCanonical },
                { "indefinite map", "bf" + plain + "ff", AuditRecordFault.NotCanonical },
                { "long form of a number", "a8" + "0001" + "011801" + plain[8..], AuditRecordFault.NotCanonical },
                { "long form of the map", "b808" + plain, AuditRecordFault.NotCanonical },
                { "keys out of order", "a8" + "0101" + "0001" + plain[8..], AuditRecordFault.NotCanonical },
                { "key twice", "a9" + "0001" + plain, AuditRecordFault.Malformed },
                { "explicit false", "aa" + plain + "0e6161" + "10f4", AuditRecordFault.NotCanonical },
                { "null member", "a9" + head + "051850" + "0600" + "08f6" + tail, AuditRecordFault.Malformed },
                { "float", "a8" + "0001" + "01fa3f800000" + plain[8..], AuditRecordFault.Malformed },
                { "negative key", "a9" + plain + "2001", AuditRecordFault.Malformed },
                { "text key", "a9" + plain + "616101", AuditRecordFault.Malformed },
                { "unknown key", "a9" + plain + "1700", AuditRecordFault.UnknownKey },
                { "version 2", "a8" + "0002" + plain[4..], AuditRecordFault.UnknownVersion },
                { "no version", "a7" + plain[4..], AuditRecordFault.MissingMember },
                { "no verifier", "a7" + plain[..^tail.Length], AuditRecordFault.MissingMember },
                { "op above a byte", "a8" + head + "05190100" + "0600" + tail, AuditRecordFault.BadMember },
                { "phase 2", "a8" + head + "051850" + "0602" + tail, AuditRecordFault.BadMember },
                { "31-byte operator", "a8" + "0001" + "0101" + "02581f" + new string('0', 62) + plain[(8 + 2 + z.Length)..], AuditRecordFault.BadMember },
                { "name that climbs", "a9" + plain + "0e632e2e2f", AuditRecordFault.BadMember },
                { "bad utf-8", "a9" + plain + "14" + "61ff", AuditRecordFault.Malformed },
                { "tagged", "c1a8" + plain, AuditRecordFault.Malformed },
            };
        }
    }

    [Theory]
    [MemberData(nameof(Hostile))]
    public void Hostile_bytes_get_a_reason(string what, string hex, AuditRecordFault fault)
    {
        var got = AuditRecordCodec.TryDecode(Convert.FromHexString(hex), out _);
        Assert.True(fault == got, $"{what}: {got}");
    }

    [Fact]
    public void Too_long_is_refused_unread() =>
        Assert.Equal(AuditRecordFault.TooLong, AuditRecordCodec.TryDecode(new byte[AuditRecord.MaxLength + 1], out _));

    [Fact]
    public void No_flipped_bit_and_no_prefix_throws_or_reads_as_the_same_record()
    {
        var bytes = AuditRecordCodec.Encode(Outcome());
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            var flipped = bytes.ToArray();
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            if (AuditRecordCodec.TryDecode(flipped, out var read) == AuditRecordFault.None)
                Assert.Equal(flipped, AuditRecordCodec.Encode(read));
        }
        for (var length = 0; length < bytes.Length; length++)
            Assert.NotEqual(AuditRecordFault.None, AuditRecordCodec.TryDecode(bytes.AsMemory(0, length), out _));
    }

    [Fact]
    public void Deep_nesting_is_refused_without_overflow()
    {
        var bytes = Enumerable.Repeat((byte)0x81, 16_000).ToArray();
        Assert.Equal(AuditRecordFault.Malformed, AuditRecordCodec.TryDecode(bytes, out _));
    }
}
