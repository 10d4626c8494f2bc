namespace AgentKeys.Services.Tests.WrongMoves;

/// <summary>A hand in the store. The worker opens objects; the signer sees their wraps alone.</summary>
internal static class ObjectMoves
{
    private static readonly Cell s_broker = Cell.Never("the broker sees no object");
    private static readonly Cell s_signer = Cell.Never("the signer sees no object; a wrap out of its place is a row of its own");

    public static IEnumerable<WrongMove> All { get; } =
    [
        AtWorker("any bit of an object flipped", "object_corrupt", "ObjectTests.No_bit_of_an_object_can_be_flipped"),
        AtWorker("object routed to a key that nobody has", "actor_key_unavailable", "ObjectTests.No_bit_of_an_object_can_be_flipped"),
        AtWorker("object cut at any length", "object_corrupt", "ObjectTests.No_byte_of_an_object_can_be_cut_off"),
        AtWorker("object with bytes behind it", "object_corrupt", "ObjectTests.No_byte_of_an_object_can_be_cut_off"),
        AtWorker("object moved to another name", "object_corrupt", "TamperTests.An_object_moved_to_another_name_does_not_open"),
        AtWorker("object moved to another actor", "object_corrupt", "TamperTests.An_object_of_another_actor_does_not_open"),
        AtWorker("object moved to another class", "object_corrupt", "ObjectTests.An_object_of_another_class_does_not_open"),
        AtWorker("object moved to another epoch", "object_corrupt", "ObjectTests.An_object_of_another_epoch_does_not_open"),
        AtWorker("wraps swapped", "object_corrupt", "TamperTests.Swapped_wraps_do_not_open"),
        AtWorker("older version put back", "object_rolled_back", "TamperTests.An_older_version_put_back_is_rolled_back_and_a_store_repairs_it"),
        AtWorker("deleted behind the worker's back", "object_lost", "TamperTests.A_removed_object_is_lost_not_missing_and_a_store_repairs_it"),
        AtWorker("something else in an object's place", "store_unavailable", "HostileTests.What_is_no_file_in_an_objects_place_is_store_unavailable"),
    ];

    private static WrongMove AtWorker(string name, string code, string test) => new(name, s_broker, Cell.Shown(code, test), s_signer);
}
