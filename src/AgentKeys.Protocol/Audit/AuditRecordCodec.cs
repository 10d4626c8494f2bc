using System.Formats.Cbor;

namespace AgentKeys.Protocol;

/// <summary>
/// The bytes of an audit record: one definite-length CBOR map, integer keys ascending, shortest forms, no floats, absent members
/// left out. Reading encodes again and compares, so a record has exactly one encoding and a leaf exactly one meaning.
/// </summary>
/// <remarks>
/// Checked: shape, types, lengths, alphabets, which members go together. NOT checked, and the log must: that <c>ref</c> exists, that
/// times do not go back, that replay, quota and version rules held when it was written.
/// </remarks>
public static class AuditRecordCodec
{
    /// <exception cref="ArgumentException">the record breaks a rule of the format: a bug in the caller.</exception>
    public static byte[] Encode(AuditRecord record)
    {
        var fault = AuditRecordRules.Check(record);
        if (fault != AuditRecordFault.None)
            throw new ArgumentException($"Not an audit record: {fault}.", nameof(record));
        var bytes = Write(record);
        return bytes.Length <= AuditRecord.MaxLength ? bytes : throw new ArgumentException("The record is too long.", nameof(record));
    }

    public static AuditRecordFault TryDecode(ReadOnlyMemory<byte> bytes, out AuditRecord record)
    {
        record = null!;
        if (bytes.Length > AuditRecord.MaxLength)
            return AuditRecordFault.TooLong;
        var members = new AuditRecordMembers();
        try
        {
            var reader = new CborReader(bytes, CborConformanceMode.Strict);
            if (members.Read(reader) is var fault and not AuditRecordFault.None)
                return fault;
            if (reader.BytesRemaining != 0)
                return AuditRecordFault.NotCanonical;
        }
        catch (Exception e) when (e is CborContentException or InvalidOperationException or OverflowException)
        {
            return AuditRecordFault.Malformed;
        }

        if (members.TryBuild(out var candidate) is var missing and not AuditRecordFault.None)
            return missing;
        if (AuditRecordRules.Check(candidate) is var broken and not AuditRecordFault.None)
            return broken;
        if (!Write(candidate).AsSpan().SequenceEqual(bytes.Span))
            return AuditRecordFault.NotCanonical;
        record = candidate;
        return AuditRecordFault.None;
    }

    private static byte[] Write(AuditRecord r)
    {
        var map = new MapWriter();
        map.Add(0, AuditRecord.FormatVersion);
        map.Add(1, r.Time);
        map.Add(2, r.Operator.Value);
        map.Add(3, r.Actor.Value);
        map.Add(4, r.Device.Value);
        map.Add(5, (ulong)r.Op);
        map.Add(6, (ulong)r.Phase);
        map.Add(7, r.Ref);
        map.Add(8, r.Block);
        map.Add(9, r.Result);
        map.Add(10, r.Verifier);
        map.Add(11, r.Jkt);
        map.Add(12, r.ProofJti);
        map.Add(13, r.CapJti);
        map.Add(14, r.Object?.ToString());
        map.Add(15, r.ObjectVersion);
        if (r.Deleted)
            map.AddTrue(16);
        map.Add(17, r.SealedHash);
        map.Add(18, r.ScopeGeneration);
        map.Add(19, r.QuotaPeriod);
        map.Add(20, r.Intent);
        map.Add(21, r.IntentCommitment);
        map.Add(22, r.Body);
        return map.Encode();
    }

    /// <summary>Keys come in ascending order from the caller; absent members add nothing.</summary>
    private sealed class MapWriter
    {
        private readonly List<Action<CborWriter>> _members = [];

        public void Add(uint key, ulong? value) => AddIf(value is not null, key, w => w.WriteUInt64(value!.Value));

        public void Add(uint key, Bytes32? value) => AddIf(value is not null, key, w => w.WriteByteString(value!.Value.ToArray()));

        public void Add(uint key, string? value) => AddIf(value is not null, key, w => w.WriteTextString(value!));

        public void Add(uint key, ReadOnlyMemory<byte>? value) => AddIf(value is not null, key, w => w.WriteByteString(value!.Value.Span));

        public void AddTrue(uint key) => AddIf(true, key, w => w.WriteBoolean(true));

        public byte[] Encode()
        {
            var writer = new CborWriter(CborConformanceMode.Strict);
            writer.WriteStartMap(_members.Count);
            _members.ForEach(member => member(writer));
            writer.WriteEndMap();
            return writer.Encode();
        }

        private void AddIf(bool present, uint key, Action<CborWriter> write)
        {
            if (!present)
                return;
            _members.Add(w =>
            {
                w.WriteUInt32(key);
                write(w);
            });
        }
    }
}
