using System.Buffers.Binary;
using System.Formats.Cbor;
using System.Security.Cryptography;
using System.Text;
using AgentKeys.Protocol;
using AgentKeys.Testing.WebAuthn;
using AgentKeys.Tests.Sealing;
using Xunit;
using Xunit.Abstractions;

namespace AgentKeys.Tests.Fuzz;

/// <summary>Sealed objects, audit records, attestation objects.</summary>
public sealed class BinaryFuzz(ITestOutputHelper output)
{
    private static readonly byte[] s_envelope = SealedObject.Seal();

    /// <summary>No changed envelope opens; a header that is read is the one that those members have.</summary>
    [Fact]
    public Task Envelope() => FuzzRun.RunAsync(output, 20_000, m => m.Bytes(s_envelope), envelope =>
    {
        if (ObjectEnvelope.TryReadHeader(envelope, out var header))
            Assert.Equal(envelope[..ObjectEnvelope.HeaderSize], Write(header));
        var opened = SealedObject.Opens(envelope);
        Assert.Equal(envelope.AsSpan().SequenceEqual(s_envelope), opened);
        return opened;
    });

    /// <summary>Sealed properly around content that the product would never write: taken exactly where CBOR's own reader finds the one encoding.</summary>
    [Fact]
    public Task Sealed_content()
    {
        var valid = Content(SealedObject.TypedName, SealedObject.Value);
        return FuzzRun.RunAsync(output, 20_000, m => m.OneIn(3) ? Content(m.Text(SealedObject.TypedName), m.Bytes(SealedObject.Value)) : m.Bytes(valid), plaintext =>
        {
            var opened = SealedObject.Opens(SealedObject.SealRaw(plaintext));
            Assert.Equal(IsContent(plaintext), opened);
            return opened;
        });
    }

    /// <summary>One record, one encoding, and it is canonical by the framework's own reader.</summary>
    [Fact]
    public Task Audit_record() => FuzzRun.RunAsync(output, 20_000, BendRecord, bytes =>
    {
        if (AuditRecordCodec.TryDecode(bytes, out var record) != AuditRecordFault.None)
            return false;
        Assert.Equal(bytes, AuditRecordCodec.Encode(record));
        var reader = new CborReader(bytes, CborConformanceMode.Ctap2Canonical);
        reader.SkipValue();
        Assert.Equal(0, reader.BytesRemaining);
        return true;
    });

    /// <summary>What is taken says the same to a reader that looks only for the key, and the key is a point of the curve.</summary>
    [Fact]
    public Task Attestation_object()
    {
        const string RpId = "keys.example.org", Origin = "https://keys.example.org";
        var challenge = new Bytes32(new byte[32]);
        using var authenticator = SoftwareAuthenticator.New(RpId);
        var created = authenticator.Create(challenge, Origin);
        var data = AuthData(created.AttestationObject);
        return FuzzRun.RunAsync(output, 5_000, m => m.OneIn(2) ? m.Bytes(created.AttestationObject) : Frame(m, m.Bytes(data)), attestation =>
        {
            if (PasskeyRegistration.Parse(attestation, created.ClientDataJson, challenge, RpId, Origin, out var found) != RegistrationFault.None)
                return false;
            var read = AuthData(attestation);
            Assert.Equal(SHA256.HashData(Encoding.ASCII.GetBytes(RpId)), read[..32]);
            int length = BinaryPrimitives.ReadUInt16BigEndian(read.AsSpan(53));
            Assert.Equal(read[55..(55 + length)], found!.CredentialId);
            var (x, y) = Key(read[(55 + length)..]);
            Assert.Equal((new Bytes32(x), new Bytes32(y)), (found.X, found.Y));
            using var key = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = x, Y = y } });
            return true;
        });
    }

    private static byte[] Write(EnvelopeHeader header)
    {
        var bytes = new byte[ObjectEnvelope.HeaderSize];
        "AKOB"u8.CopyTo(bytes);
        (bytes[4], bytes[5], bytes[6]) = (1, (byte)header.Class, (byte)header.Key.Kind);
        header.Key.KeyId.ToArray().CopyTo(bytes, 7);
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(15), header.Key.Epoch);
        header.Key.Salt.CopyTo(bytes, 23);
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(55), header.ObjectVersion);
        header.Key.Wrapped.CopyTo(bytes, 63);
        header.Nonce.CopyTo(bytes, 111);
        return bytes;
    }

    private static byte[] Content(string name, byte[] value)
    {
        var writer = new CborWriter(CborConformanceMode.Lax);
        writer.WriteStartMap(2);
        writer.WriteInt32(0);
        writer.WriteTextString(name);
        writer.WriteInt32(1);
        writer.WriteByteString(value);
        writer.WriteEndMap();
        return writer.Encode();
    }

    private static bool IsContent(byte[] plaintext)
    {
        try
        {
            var reader = new CborReader(plaintext, CborConformanceMode.Canonical);
            if (reader.ReadStartMap() != 2 || reader.ReadInt32() != 0)
                return false;
            var name = reader.ReadTextString();
            if (reader.ReadInt32() != 1)
                return false;
            reader.ReadByteString();
            reader.ReadEndMap();
            return reader.BytesRemaining == 0 && Ascii.IsValid(name) && name.Equals(SealedObject.Context.Name.ToString(), StringComparison.OrdinalIgnoreCase);
        }
        catch (Exception e) when (e is CborContentException or InvalidOperationException or OverflowException)
        {
            return false;
        }
    }

    private static byte[] BendRecord(Mutator mutator)
    {
        var b = new Bytes32([.. Enumerable.Range(0, 32).Select(i => (byte)i)]);
        var record = new AuditRecord
        {
            Time = 1_700_000_000_123,
            Operator = new Omni(b),
            Actor = new Omni(b),
            Device = new DeviceKeyHash(b),
            Op = AuditOpKind.CredentialsStore,
            Phase = AuditPhase.Outcome,
            Ref = b,
            Block = 77,
            Result = AuditRecord.Ok,
            Verifier = "worker:credentials",
            Object = new ObjectName(ServiceName.Parse("openai_api_key")),
            ObjectVersion = 3,
            Deleted = mutator.OneIn(2),
            SealedHash = b,
            Intent = "rotate",
            Body = new byte[] { 9, 9 },
        };
        var bytes = AuditRecordCodec.Encode(record);
        return mutator.OneIn(2) ? mutator.Bytes(bytes) : Rewrite(mutator, bytes);
    }

    /// <summary>The same members in another order, once more, or not at all; heads that are longer than they need be.</summary>
    private static byte[] Rewrite(Mutator mutator, byte[] record)
    {
        var members = new List<(byte[] Key, byte[] Value)>();
        var reader = new CborReader(record);
        for (var left = reader.ReadStartMap()!.Value; left > 0; left--)
            members.Add((reader.ReadEncodedValue().ToArray(), reader.ReadEncodedValue().ToArray()));
        var at = mutator.Next(members.Count);
        switch (mutator.Next(6))
        {
            case 0: members.RemoveAt(at); break;
            case 1: members.Insert(mutator.Next(members.Count), members[at]); break;
            case 2: members.Reverse(at, members.Count - at); break;
            case 3 when members[at].Key.Length == 1: members[at] = ([0x18, members[at].Key[0]], members[at].Value); break;
            case 4: members[at] = (members[at].Key, mutator.Pick(members).Value); break;
        }
        var indefinite = mutator.OneIn(12);
        return [(byte)(indefinite ? 0xbf : 0xa0 + members.Count), .. members.SelectMany(m => m.Key.Concat(m.Value)), .. indefinite ? [0xff] : Array.Empty<byte>()];
    }

    private static byte[] Frame(Mutator mutator, byte[] authData)
    {
        var writer = new CborWriter(CborConformanceMode.Lax, convertIndefiniteLengthEncodings: false);
        writer.WriteStartMap(mutator.OneIn(10) ? null : 3);
        foreach (var name in mutator.OneIn(2) ? new[] { "fmt", "attStmt", "authData" } : ["authData", "fmt", "attStmt"])
        {
            writer.WriteTextString(name);
            switch (name)
            {
                case "fmt": writer.WriteTextString("none"); break;
                case "authData": writer.WriteByteString(authData); break;
                default:
                    writer.WriteStartMap(0);
                    writer.WriteEndMap();
                    break;
            }
        }
        writer.WriteEndMap();
        return writer.Encode();
    }

    private static byte[] AuthData(byte[] attestation)
    {
        var reader = new CborReader(attestation, CborConformanceMode.Lax);
        for (reader.ReadStartMap(); reader.PeekState() != CborReaderState.EndMap;)
        {
            if (reader.ReadTextString() == "authData")
                return reader.ReadByteString();
            reader.SkipValue();
        }
        throw new FormatException("no authData");
    }

    private static (byte[] X, byte[] Y) Key(byte[] cose)
    {
        var reader = new CborReader(cose, CborConformanceMode.Lax, allowMultipleRootLevelValues: true);
        byte[] x = [], y = [];
        for (reader.ReadStartMap(); reader.PeekState() != CborReaderState.EndMap;)
        {
            switch (reader.ReadInt32())
            {
                case -2: x = reader.ReadByteString(); break;
                case -3: y = reader.ReadByteString(); break;
                default: reader.SkipValue(); break;
            }
        }
        return (x, y);
    }
}
