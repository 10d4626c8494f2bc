using System.Numerics;
using System.Text;
using AgentKeys.Ethereum;

namespace AgentKeys.Tests.Differential;

/// <summary>Random values with a liking for the ends of their ranges. The same seed gives the same values.</summary>
internal sealed class RandomInputs(int seed)
{
    private static readonly string[] s_characters = ["a", "Z", "0", " ", "\"", "\\", "\n", "\u007f", "\u00e9", "\u20ac", "\ud83d\ude00", "\u0301", "{"];

    private readonly Random _random = new(seed);

    public int Next(int below) => _random.Next(below);

    public bool OneIn(int n) => _random.Next(n) == 0;

    public T Pick<T>(params IReadOnlyList<T> from) => from[_random.Next(from.Count)];

    public byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        _random.NextBytes(bytes);
        return bytes;
    }

    /// <summary>Up to <paramref name="most"/> bytes; small counts as often as large ones.</summary>
    public byte[] SomeBytes(int most) => Bytes(OneIn(2) ? _random.Next(Math.Min(most, 4) + 1) : _random.Next(most + 1));

    /// <summary>32 bytes below the order of secp256k1 and of P-256, not zero.</summary>
    public byte[] PrivateKey()
    {
        var key = Bytes(32);
        key[0] &= 0x7f;
        key[31] |= 1;
        return key;
    }

    /// <summary>0 to 2^bits - 1; small numbers, powers of two and the last ones more often.</summary>
    public BigInteger Unsigned(int bits)
    {
        var whole = new BigInteger(Bytes((bits + 7) / 8), isUnsigned: true) % (BigInteger.One << bits);
        return _random.Next(5) switch
        {
            0 => new BigInteger(_random.Next(3)) % (BigInteger.One << bits),
            1 => (BigInteger.One << _random.Next(bits)) - _random.Next(2),
            2 => (BigInteger.One << bits) - 1 - _random.Next(2),
            3 => whole >> _random.Next(bits),
            _ => whole,
        };
    }

    /// <summary>-2^(bits-1) to 2^(bits-1) - 1.</summary>
    public BigInteger Signed(int bits) => OneIn(2) ? Unsigned(bits - 1) : -Unsigned(bits - 1) - 1;

    public Address Address() => OneIn(20) ? AgentKeys.Ethereum.Address.Zero : AgentKeys.Ethereum.Address.FromBytes(Bytes(20));

    /// <summary>Valid Unicode of up to <paramref name="most"/> characters.</summary>
    public string Text(int most)
    {
        var text = new StringBuilder();
        for (var left = _random.Next(most + 1); left > 0; left--)
            text.Append(Pick(s_characters));
        return text.ToString();
    }

    public string Text(string alphabet, int least, int most)
    {
        var text = new char[_random.Next(least, most + 1)];
        for (var i = 0; i < text.Length; i++)
            text[i] = alphabet[_random.Next(alphabet.Length)];
        return new string(text);
    }

    /// <summary>The same bytes with one bit flipped.</summary>
    public byte[] Flip(byte[] bytes)
    {
        var flipped = (byte[])bytes.Clone();
        var bit = _random.Next(8 * flipped.Length);
        flipped[bit / 8] ^= (byte)(1 << (bit % 8));
        return flipped;
    }

    /// <summary>Something near: one or two bytes changed, taken out or put in.</summary>
    public byte[] Bend(byte[] bytes)
    {
        List<byte> bent = [.. bytes];
        for (var changes = 1 + _random.Next(2); changes > 0; changes--)
        {
            var at = _random.Next(bent.Count + 1);
            switch (_random.Next(5))
            {
                case 0: bent.Insert(at, (byte)_random.Next(256)); break;
                case 1 when at < bent.Count: bent.RemoveAt(at); break;
                case 2 when at < bent.Count: bent[at] = Pick<byte>(0, 1, 0x7f, 0x80, 0xb7, 0xb8, 0xc0, 0xf7, 0xf8, 0xff); break;
                case 3 when at < bent.Count: bent[at] += (byte)(OneIn(2) ? 1 : 255); break;
                case 4 when at < bent.Count && OneIn(4): bent.RemoveRange(at, bent.Count - at); break;
            }
        }

        return [.. bent];
    }
}
