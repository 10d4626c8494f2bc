using System.Security.Cryptography;
using AgentKeys.Protocol;
using AgentKeys.Services.Tests.Worker;
using AgentKeys.Signer;
using Xunit;

namespace AgentKeys.Services.Tests.WrongMoves;

/// <summary>What <see cref="TamperTests"/> tries at chosen places, at every place; and objects of other classes and epochs.</summary>
public class ObjectTests
{
    // Kind, key id and epoch route to a secret: the first bit off names one that nobody has.
    private const int RouteFrom = 6, RouteTo = 23;

    [Fact]
    public async Task No_bit_of_an_object_can_be_flipped()
    {
        await using var stack = await StackAsync();
        var whole = await File.ReadAllBytesAsync(stack.ObjectPath);
        List<string> wrong = [];
        for (var bit = 0; bit < whole.Length * 8; bit++)
        {
            var bent = whole.ToArray();
            bent[bit / 8] ^= (byte)(1 << (bit % 8));
            await File.WriteAllBytesAsync(stack.ObjectPath, bent);
            var code = (await stack.FetchAsync()).Code;
            var expected = bit / 8 is >= RouteFrom and < RouteTo && !IsNoKind(bent[RouteFrom]) ? "actor_key_unavailable" : "object_corrupt";
            if (code != expected)
                wrong.Add($"bit {bit}: {code}");
        }
        Assert.Equal([], wrong);
        await File.WriteAllBytesAsync(stack.ObjectPath, whole);
        Assert.Equal([1, 2, 3], (await stack.FetchAsync()).Plaintext);
    }

    [Fact]
    public async Task No_byte_of_an_object_can_be_cut_off()
    {
        await using var stack = await StackAsync();
        var whole = await File.ReadAllBytesAsync(stack.ObjectPath);
        for (var length = 0; length < whole.Length; length++)
        {
            await File.WriteAllBytesAsync(stack.ObjectPath, whole[..length]);
            Assert.Equal("object_corrupt", (await stack.FetchAsync()).Code);
        }
        await File.WriteAllBytesAsync(stack.ObjectPath, [.. whole, 0]);
        Assert.Equal("object_corrupt", (await stack.FetchAsync()).Code);
    }

    /// <summary>Sealed as the worker seals, under the real ring, for the same actor and name: only the class is another.</summary>
    [Fact]
    public async Task An_object_of_another_class_does_not_open()
    {
        await using var stack = await StackAsync();
        await File.WriteAllBytesAsync(stack.ObjectPath, Sealed(stack, DataClass.Credentials));
        Assert.Equal([7], (await stack.FetchAsync()).Plaintext); // so nothing else is wrong with the next
        await File.WriteAllBytesAsync(stack.ObjectPath, Sealed(stack, DataClass.Memory));
        Assert.Equal("object_corrupt", (await stack.FetchAsync()).Code);
    }

    /// <summary>Epoch and key id of another epoch that the ring has: the wrap is of neither.</summary>
    [Fact]
    public async Task An_object_of_another_epoch_does_not_open()
    {
        await using var stack = await StackAsync();
        var bytes = await File.ReadAllBytesAsync(stack.ObjectPath);
        ObjectMoves.RouteToTheNextEpoch(stack, bytes);
        await File.WriteAllBytesAsync(stack.ObjectPath, bytes);
        Assert.Equal("object_corrupt", (await stack.FetchAsync()).Code);
    }

    /// <summary>A bad worker has the data keys that pass through it. What it seals must not be the last version that its name can have.</summary>
    [Fact]
    public async Task An_object_at_the_end_of_all_versions_does_not_end_its_name()
    {
        await using var stack = await StackAsync();
        await File.WriteAllBytesAsync(stack.ObjectPath, Sealed(stack, DataClass.Credentials, 1ul << 62));
        Assert.Equal("ok", (await stack.FetchAsync()).Code); // so nothing else is wrong with the next
        await File.WriteAllBytesAsync(stack.ObjectPath, Sealed(stack, DataClass.Credentials, ulong.MaxValue));
        Assert.Equal("object_corrupt", (await stack.FetchAsync()).Code);
        Assert.Equal((1ul << 62) + 1, (await stack.StoreAsync([9])).Version);
        Assert.Equal([9], (await stack.FetchAsync()).Plaintext);
    }

    /// <summary>As a worker of the class would, under the real ring, for the agent and the name that it was granted.</summary>
    internal static byte[] Sealed(VaultStack stack, DataClass dataClass, ulong version = 2)
    {
        using var ring = RingFile.Read(stack.RingDir, 1);
        using var dataKey = new DataKey(RandomNumberGenerator.GetBytes(DataKey.Size));
        using var content = new SealedContent(stack.TypedName, [7]);
        var context = new WrapContext(dataClass, stack.Operator, stack.Agent.Omni, stack.Name, KeyKind.Ring, ring.Id, ring.Epoch);
        var salt = RandomNumberGenerator.GetBytes(KeyWrap.SaltSize);
        var wrapped = new WrappedKey(KeyWrap.Wrap(ring.AsSpan(), salt, context, dataKey), salt, ring.Epoch, KeyKind.Ring, ring.Id);
        return ObjectEnvelope.Seal(context, wrapped, dataKey, version, RandomNumberGenerator.GetBytes(ObjectEnvelope.NonceSize), content);
    }

    private static bool IsNoKind(byte kind) => !Enum.IsDefined((KeyKind)kind);

    private static async Task<VaultStack> StackAsync()
    {
        var stack = await VaultStack.StartAsync();
        Assert.Equal("ok", (await stack.StoreAsync([1, 2, 3])).Code);
        return stack;
    }
}
