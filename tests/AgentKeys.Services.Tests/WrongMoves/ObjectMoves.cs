using System.Buffers.Binary;
using AgentKeys.Protocol;
using AgentKeys.Services.Tests.Worker;
using AgentKeys.Signer;

namespace AgentKeys.Services.Tests.WrongMoves;

/// <summary>
/// A hand in the store. The worker opens objects; the signer sees their wraps alone. With credentials each move is a test of its own, made at every
/// place; with memory it is made here, once.
/// </summary>
internal static class ObjectMoves
{
    private const string Corrupt = "object_corrupt";
    private const int Salt = 23, Wrapped = 63, SaltSize = 32, WrappedSize = 48;
    private static readonly Cell s_broker = Cell.Never("the broker sees no object");
    private static readonly Cell s_signer = Cell.Never("the signer sees no object; a wrap out of its place is a row of its own");

    public static IEnumerable<WrongMove> All { get; } =
    [
        AtWorker("any bit of an object flipped", Corrupt, "ObjectTests.No_bit_of_an_object_can_be_flipped", Bytes((_, b) => b[^1] ^= 1)),
        AtWorker("object routed to a key that nobody has", "actor_key_unavailable", "ObjectTests.No_bit_of_an_object_can_be_flipped", Bytes((_, b) => b[7] ^= 1)),
        AtWorker("object cut at any length", Corrupt, "ObjectTests.No_byte_of_an_object_can_be_cut_off", (s, _) => Rewrite(s, b => b[..^1])),
        AtWorker("object with bytes behind it", Corrupt, "ObjectTests.No_byte_of_an_object_can_be_cut_off", (s, _) => Rewrite(s, b => [.. b, 0])),
        AtWorker("object moved to another name", Corrupt, "TamperTests.An_object_moved_to_another_name_does_not_open", ToAnotherKey),
        AtWorker("object moved to another actor", Corrupt, "TamperTests.An_object_of_another_actor_does_not_open", ToAnotherActor),
        AtWorker("object moved to another class", Corrupt, "ObjectTests.An_object_of_another_class_does_not_open", Bytes((s, b) => b[5] = (byte)s.OtherClass)),
        AtWorker("object moved to another epoch", Corrupt, "ObjectTests.An_object_of_another_epoch_does_not_open", Bytes(RouteToTheNextEpoch)),
        AtWorker("wraps swapped", Corrupt, "TamperTests.Swapped_wraps_do_not_open", Bytes(SwapWraps)),
        AtWorker("older version put back", "object_rolled_back", "TamperTests.An_older_version_put_back_is_rolled_back_and_a_store_repairs_it", (s, _) => Rewrite(s, _ => ObjectTests.Sealed(s, s.Class, 1))),
        AtWorker("deleted behind the worker's back", "object_lost", "TamperTests.A_removed_object_is_lost_not_missing_and_a_store_repairs_it", (s, _) => File.Delete(s.ObjectPath)),
        AtWorker("something else in an object's place", "store_unavailable", "HostileTests.What_is_no_file_in_an_objects_place_is_store_unavailable", (s, _) =>
        {
            File.Delete(s.ObjectPath);
            Directory.CreateDirectory(s.ObjectPath);
        }),
    ];

    /// <summary>A grant of the object's service, as the chain would say it.</summary>
    public static GrantFacts Granted(VaultStack stack) => new(true, stack.Class.MaskBit(), false, 0, 0, 0, 1, false);

    /// <summary>To an epoch that the ring has, and to its key.</summary>
    public static void RouteToTheNextEpoch(VaultStack stack, byte[] envelope)
    {
        if (Directory.GetFiles(stack.RingDir).Length == 1)
            stack.AddEpoch(2);
        using var second = RingFile.Read(stack.RingDir, 2);
        BinaryPrimitives.WriteUInt64BigEndian(envelope.AsSpan(15), 2);
        Convert.FromHexString(second.Id.ToString()[2..]).CopyTo(envelope, 7);
    }

    private static WrongMove AtWorker(string name, string code, string test, Action<VaultStack, VaultCall> atMemory) =>
        new(name, s_broker, Cell.Shown(code, test), s_signer) { Op = CapOp.Fetch, Memory = Cell.Act(code, atMemory) };

    private static Action<VaultStack, VaultCall> Bytes(Action<VaultStack, byte[]> change) => (s, _) => Rewrite(s, bytes =>
    {
        change(s, bytes);
        return bytes;
    });

    private static void Rewrite(VaultStack stack, Func<byte[], byte[]> change) => File.WriteAllBytes(stack.ObjectPath, change(File.ReadAllBytes(stack.ObjectPath)));

    /// <summary>In the same namespace, which is granted as a whole.</summary>
    private static void ToAnotherKey(VaultStack stack, VaultCall call)
    {
        File.Copy(stack.ObjectPath, stack.PathOf(stack.Agent.Omni, $"{stack.Name.Service}/tomorrow"));
        call.Cap = call.Cap with { Key = ServiceName.Parse("tomorrow") };
    }

    private static void ToAnotherActor(VaultStack stack, VaultCall call)
    {
        var path = stack.PathOf(stack.OtherAgent.Omni, stack.Name.ToString());
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.Copy(stack.ObjectPath, path);
        call.By(stack.OtherAgent);
        (call.Cap, call.Storage) = (call.Cap with { Actor = stack.OtherAgent.Omni }, call.Storage with { Actor = stack.OtherAgent.Omni });
        stack.BendFacts(f => f with { Grant = Granted(stack) });
    }

    /// <summary>The wrap of a second object of the same name, sealed under the same ring.</summary>
    private static void SwapWraps(VaultStack stack, byte[] envelope)
    {
        var other = ObjectTests.Sealed(stack, stack.Class, 9);
        other.AsSpan(Salt, SaltSize).CopyTo(envelope.AsSpan(Salt));
        other.AsSpan(Wrapped, WrappedSize).CopyTo(envelope.AsSpan(Wrapped));
    }
}
