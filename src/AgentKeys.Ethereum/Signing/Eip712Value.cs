using System.Numerics;

namespace AgentKeys.Ethereum;

/// <summary>
/// A value of a field. Which Solidity type it has is said by the struct's type, not by the value: a number fits uint8 or int256,
/// bytes fit bytes or bytes32, and <see cref="Eip712Type"/> refuses what does not fit.
/// </summary>
public abstract record Eip712Value
{
    private Eip712Value()
    {
    }

    public static implicit operator Eip712Value(BigInteger value) => new Number(value);

    public static implicit operator Eip712Value(ulong value) => new Number(value);

    public static implicit operator Eip712Value(long value) => new Number(value);

    public static implicit operator Eip712Value(int value) => new Number(value);

    public static implicit operator Eip712Value(bool value) => new Flag(value);

    public static implicit operator Eip712Value(string value) => new Text(value ?? throw new ArgumentNullException(nameof(value)));

    public static implicit operator Eip712Value(byte[] value) => new Octets(value ?? throw new ArgumentNullException(nameof(value)));

    public static implicit operator Eip712Value(Address value) => new Account(value);

    /// <summary>The fields of a nested struct, in the order of its type.</summary>
    public static Eip712Value Struct(params Eip712Value[] fields) => new Fields(fields);

    /// <summary>The elements of an array, all of the array's element type.</summary>
    public static Eip712Value Array(params Eip712Value[] elements) => new Elements(elements);

    internal sealed record Number(BigInteger Value) : Eip712Value;

    internal sealed record Flag(bool Value) : Eip712Value;

    internal sealed record Text(string Value) : Eip712Value;

    internal sealed record Octets(byte[] Value) : Eip712Value;

    internal sealed record Account(Address Value) : Eip712Value;

    internal sealed record Fields(Eip712Value[] Values) : Eip712Value;

    internal sealed record Elements(Eip712Value[] Values) : Eip712Value;
}
