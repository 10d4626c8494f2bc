using System.Collections.Frozen;
using System.Text.Json;

namespace AgentKeys.Protocol;

/// <summary>Wire names and HTTP statuses of refusal codes (SPEC.md section 9).</summary>
public static class RefusalCodes
{
    private static readonly FrozenDictionary<RefusalCode, string> s_names =
        Enum.GetValues<RefusalCode>().ToFrozenDictionary(c => c, c => JsonNamingPolicy.SnakeCaseLower.ConvertName(c.ToString()));

    private static readonly FrozenDictionary<string, RefusalCode> s_codes = s_names.ToFrozenDictionary(p => p.Value, p => p.Key);

    public static IEnumerable<RefusalCode> All => s_names.Keys;

    public static string Name(this RefusalCode code) => s_names[code];

    public static bool TryParse(string? name, out RefusalCode code)
    {
        code = default;
        return name is not null && s_codes.TryGetValue(name, out code);
    }

    public static int Status(this RefusalCode code) => code switch
    {
        RefusalCode.InvalidInput => 400,
        RefusalCode.MethodNotAllowed => 405,
        RefusalCode.PayloadTooLarge => 413,
        RefusalCode.UnsupportedMediaType => 415,
        RefusalCode.Unauthorized or RefusalCode.SessionRevoked or RefusalCode.StorageSessionRequired or RefusalCode.CapInvalid
            or RefusalCode.CapExpired or RefusalCode.ProofInvalid => 401,
        RefusalCode.OperatorMismatch or RefusalCode.DeviceNotActive or RefusalCode.DeviceRevoked or RefusalCode.ApproverRevoked
            or RefusalCode.DeviceBindingMismatch or RefusalCode.DeviceRoleMissing or RefusalCode.CustodyTierRequired
            or RefusalCode.ServiceNotInScope or RefusalCode.ScopeReadOnly or RefusalCode.ScopeExpired or RefusalCode.CapOpMismatch
            or RefusalCode.CapDataClassMismatch or RefusalCode.K3EpochMismatch or RefusalCode.StorageSessionRefused => 403,
        RefusalCode.NotFound => 404,
        RefusalCode.Conflict or RefusalCode.CapReplayed or RefusalCode.ProofReplayed => 409,
        RefusalCode.ChainBehind => 412,
        RefusalCode.QuotaExceeded or RefusalCode.RateLimited => 429,
        RefusalCode.InternalError or RefusalCode.ObjectCorrupt => 500,
        RefusalCode.ChainUnavailable or RefusalCode.ChainStale or RefusalCode.AuditUnavailable or RefusalCode.SignerUnavailable
            or RefusalCode.StoreUnavailable or RefusalCode.ObjectRolledBack or RefusalCode.ObjectLost or RefusalCode.ActorKeyUnavailable
            or RefusalCode.K3EpochPending => 503,
        _ => throw new ArgumentOutOfRangeException(nameof(code)),
    };
}
