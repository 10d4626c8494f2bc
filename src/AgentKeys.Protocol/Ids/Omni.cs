using System.Security.Cryptography;
using System.Text;

namespace AgentKeys.Protocol;

/// <summary>
/// Stable 32-byte identity of an operator or an actor: SHA-256 of the ASCII text <c>agentkeysevm0x&lt;40 hex&gt;</c> of the first
/// wallet (operator) or first device (agent). It never changes afterwards. SPEC.md section 2.
/// </summary>
public readonly record struct Omni(Bytes32 Value)
{
    public static Omni OfAddress(AccountAddress first) =>
        new(new Bytes32(SHA256.HashData(Encoding.ASCII.GetBytes("agentkeysevm" + first))));

    public bool IsZero => Value.IsZero;

    /// <summary>64 hex digits without prefix: object keys, JWT subjects, storage tags.</summary>
    public string ToBareHex() => Value.ToBareHex();

    public override string ToString() => Value.ToString();

    public static bool TryParse(string? text, out Omni omni)
    {
        var ok = Bytes32.TryParse(text, out var value);
        omni = new Omni(value);
        return ok;
    }

    public static Omni Parse(string text) => new(Bytes32.Parse(text));
}
