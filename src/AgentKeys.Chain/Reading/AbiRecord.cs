using System.Numerics;
using AgentKeys.Ethereum;
using AgentKeys.Ethereum.Abi;
using AgentKeys.Protocol;

namespace AgentKeys.Chain;

/// <summary>A decoded struct, read by the names that the contract's ABI gives its members.</summary>
internal sealed class AbiRecord(AbiType type, object value)
{
    private readonly object[] _values = (object[])value;

    public object this[string member]
    {
        get
        {
            for (var i = 0; i < type.Components.Count; i++)
            {
                if (type.Components[i].Name == member)
                    return _values[i];
            }

            throw new KeyNotFoundException($"{type} has no member {member}.");
        }
    }

    public ulong Number(string member) => (ulong)(BigInteger)this[member];

    public byte Byte(string member) => (byte)(BigInteger)this[member];

    public bool Flag(string member) => (bool)this[member];

    public Bytes32 Hash(string member) => this[member] is BigInteger number ? Word(number) : new Bytes32((byte[])this[member]);

    public AccountAddress Account(string member) => ((Address)this[member]).ToAccount();

    public AbiRecord Record(string member) => new(type.Components.First(c => c.Name == member).Type, this[member]);

    /// <summary>The items of a bytes32 array that are not zero.</summary>
    public List<DeviceKeyHash> Devices(string member) =>
        [.. ((object[])this[member]).Select(o => new DeviceKeyHash(new Bytes32((byte[])o))).Where(d => !d.IsZero)];

    private static Bytes32 Word(BigInteger number)
    {
        Span<byte> word = stackalloc byte[AbiType.Word];
        new AbiWriter(word).WriteUInt256(number);
        return new Bytes32(word);
    }
}
