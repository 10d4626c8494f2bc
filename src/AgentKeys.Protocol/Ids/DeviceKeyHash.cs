using AgentKeys.Ethereum;

namespace AgentKeys.Protocol;

/// <summary>keccak256 of the 20 address bytes of a device key (K10): how the registry names a device.</summary>
public readonly record struct DeviceKeyHash(Bytes32 Value)
{
    public static DeviceKeyHash OfAddress(AccountAddress device) => new(new Bytes32(Keccak256.Hash(device.ToArray())));

    public bool IsZero => Value.IsZero;

    public override string ToString() => Value.ToString();

    public static bool TryParse(string? text, out DeviceKeyHash hash)
    {
        var ok = Bytes32.TryParse(text, out var value);
        hash = new DeviceKeyHash(value);
        return ok;
    }

    public static DeviceKeyHash Parse(string text) => new(Bytes32.Parse(text));
}
