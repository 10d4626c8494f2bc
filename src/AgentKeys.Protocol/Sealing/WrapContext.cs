using System.Buffers.Binary;
using System.Text;

namespace AgentKeys.Protocol;

/// <summary>
/// Everything that a wrapped data key is bound to: it is the HKDF info of the wrap key AND the wrap's associated data, so a key
/// wrapped for one object unwraps in no other place. Class, operator, actor and name come from a verified cap, never from the
/// envelope; kind, key id and epoch route and come from it.
/// </summary>
public sealed record WrapContext(DataClass Class, Omni Operator, Omni Actor, ObjectName Name, KeyKind Kind, KeyId KeyId, ulong Epoch)
{
    /// <summary>
    /// Nine fields, each <c>u16 BE length || bytes</c>: label <c>agentkeys:wrap:v1</c>, format version u8, class u8, operator 32,
    /// actor 32, name (ASCII), key kind u8, key id 8, epoch u64 BE. The lengths make it injective.
    /// </summary>
    public byte[] Encode()
    {
        Span<byte> number = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(number, Epoch);

        var output = new List<byte>(256);
        Append(output, "agentkeys:wrap:v1"u8);
        Append(output, [ObjectEnvelope.FormatVersion]);
        Append(output, [(byte)Class]);
        Append(output, Operator.Value.ToArray());
        Append(output, Actor.Value.ToArray());
        Append(output, Encoding.ASCII.GetBytes(Name.ToString()));
        Append(output, [(byte)Kind]);
        Append(output, KeyId.ToArray());
        Append(output, number);
        return [.. output];
    }

    private static void Append(List<byte> output, ReadOnlySpan<byte> field)
    {
        output.Add((byte)(field.Length >> 8));
        output.Add((byte)field.Length);
        output.AddRange(field);
    }
}
