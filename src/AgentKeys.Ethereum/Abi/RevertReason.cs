using System.Globalization;

namespace AgentKeys.Ethereum.Abi;

/// <summary>The custom error that a contract reverted with, by name.</summary>
/// <param name="Name">The error's name; empty when nobody declared it or nothing came back.</param>
/// <param name="Arguments">Its arguments by name, decoded as <see cref="AbiDecoder"/> does.</param>
public sealed record RevertReason(string Name, IReadOnlyList<KeyValuePair<string, object>> Arguments)
{
    public static RevertReason Unknown { get; } = new("", []);

    /// <summary>Looks the error up in the contracts that may have thrown it; a revert travels through every caller.</summary>
    public static RevertReason Decode(ReadOnlySpan<byte> revertData, params ReadOnlySpan<AbiContract> contracts)
    {
        foreach (var contract in contracts)
        {
            if (contract.FindError(revertData) is { } error && error.Decode(revertData, out var values) == AbiFault.None)
                return new RevertReason(error.Signature.Name, [.. error.Signature.Parameters.Zip(values, (p, v) => KeyValuePair.Create(p.Name, v))]);
        }

        return Unknown;
    }

    /// <summary><c>NotEnoughApprovals(needed 2, given 1)</c>, for people.</summary>
    public override string ToString() => Name.Length == 0
        ? "unknown error"
        : Name + "(" + string.Join(", ", Arguments.Select(a => (a.Key + " " + Text(a.Value)).TrimStart())) + ")";

    private static string Text(object value) => value switch
    {
        byte[] bytes => Hex.Encode(bytes),
        object[] items => "[" + string.Join(", ", items.Select(Text)) + "]",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };
}
