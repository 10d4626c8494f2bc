using System.Formats.Cbor;

namespace AgentKeys.Protocol;

/// <summary>The members of a record while it is being read, before anything is known to be there.</summary>
internal sealed class AuditRecordMembers
{
    private ulong? _version, _time, _op, _phase, _block, _objectVersion, _scopeGeneration, _quotaPeriod;
    private Bytes32? _operator, _actor, _device, _ref, _jkt, _sealedHash, _intentCommitment;
    private string? _result, _verifier, _proofJti, _capJti, _object, _intent;
    private ReadOnlyMemory<byte>? _body;
    private bool _deleted;

    public AuditRecordFault Read(CborReader reader)
    {
        var count = reader.ReadStartMap();
        if (count is null)
            return AuditRecordFault.NotCanonical;
        for (var i = 0; i < count; i++)
        {
            if (ReadMember(reader) is var fault and not AuditRecordFault.None)
                return fault;
        }
        reader.ReadEndMap();
        return AuditRecordFault.None;
    }

    public AuditRecordFault TryBuild(out AuditRecord record)
    {
        record = null!;
        if (_version is null)
            return AuditRecordFault.MissingMember;
        if (_version != AuditRecord.FormatVersion)
            return AuditRecordFault.UnknownVersion;
        if (_time is null || _operator is null || _actor is null || _device is null || _op is null || _phase is null || _verifier is null)
            return AuditRecordFault.MissingMember;
        ObjectName? name = null;
        if (_op > byte.MaxValue || _phase > byte.MaxValue || (_object is not null && !ObjectName.TryParse(_object, out name)))
            return AuditRecordFault.BadMember;
        record = new AuditRecord
        {
            Time = _time.Value,
            Operator = new Omni(_operator.Value),
            Actor = new Omni(_actor.Value),
            Device = new DeviceKeyHash(_device.Value),
            Op = (AuditOpKind)_op.Value,
            Phase = (AuditPhase)_phase.Value,
            Ref = _ref,
            Block = _block,
            Result = _result,
            Verifier = _verifier,
            Jkt = _jkt,
            ProofJti = _proofJti,
            CapJti = _capJti,
            Object = name,
            ObjectVersion = _objectVersion,
            Deleted = _deleted,
            SealedHash = _sealedHash,
            ScopeGeneration = _scopeGeneration,
            QuotaPeriod = _quotaPeriod,
            Intent = _intent,
            IntentCommitment = _intentCommitment,
            Body = _body,
        };
        return AuditRecordFault.None;
    }

    private AuditRecordFault ReadMember(CborReader reader)
    {
        switch (reader.ReadUInt64())
        {
            case 0: _version = reader.ReadUInt64(); break;
            case 1: _time = reader.ReadUInt64(); break;
            case 2: return Read32(reader, ref _operator);
            case 3: return Read32(reader, ref _actor);
            case 4: return Read32(reader, ref _device);
            case 5: _op = reader.ReadUInt64(); break;
            case 6: _phase = reader.ReadUInt64(); break;
            case 7: return Read32(reader, ref _ref);
            case 8: _block = reader.ReadUInt64(); break;
            case 9: _result = reader.ReadTextString(); break;
            case 10: _verifier = reader.ReadTextString(); break;
            case 11: return Read32(reader, ref _jkt);
            case 12: _proofJti = reader.ReadTextString(); break;
            case 13: _capJti = reader.ReadTextString(); break;
            case 14: _object = reader.ReadTextString(); break;
            case 15: _objectVersion = reader.ReadUInt64(); break;
            case 16: _deleted = reader.ReadBoolean(); break; // false is left out when written again: not canonical
            case 17: return Read32(reader, ref _sealedHash);
            case 18: _scopeGeneration = reader.ReadUInt64(); break;
            case 19: _quotaPeriod = reader.ReadUInt64(); break;
            case 20: _intent = reader.ReadTextString(); break;
            case 21: return Read32(reader, ref _intentCommitment);
            case 22: _body = reader.ReadByteString(); break;
            default: return AuditRecordFault.UnknownKey;
        }
        return AuditRecordFault.None;
    }

    private static AuditRecordFault Read32(CborReader reader, ref Bytes32? member)
    {
        var bytes = reader.ReadByteString();
        if (bytes.Length != 32)
            return AuditRecordFault.BadMember;
        member = new Bytes32(bytes);
        return AuditRecordFault.None;
    }
}
