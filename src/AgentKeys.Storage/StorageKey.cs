using AgentKeys.Protocol;

namespace AgentKeys.Storage;

/// <summary>Which object: <c>bots/&lt;actor, 64 hex&gt;/&lt;class&gt;/&lt;name&gt;.enc</c>, a <c>/</c> in the name being a folder level.</summary>
/// <remarks>Built of checked types only, so no key can climb or name something else.</remarks>
public sealed record StorageKey(Omni Actor, DataClass DataClass, ObjectName Name)
{
    public const string Suffix = ".enc";

    /// <summary>What all of an actor's objects of a class begin with.</summary>
    public static string Prefix(Omni actor, DataClass dataClass) => $"bots/{actor.ToBareHex()}/{dataClass.Name()}/";

    public override string ToString() => Prefix(Actor, DataClass) + Name + Suffix;

    /// <summary>The object of a path that a listing showed; false for anything that no key has.</summary>
    public static bool TryParseName(Omni actor, DataClass dataClass, string path, out ObjectName name)
    {
        name = null!;
        var prefix = Prefix(actor, dataClass);
        return path.StartsWith(prefix, StringComparison.Ordinal) && path.EndsWith(Suffix, StringComparison.Ordinal)
            && path.Length > prefix.Length + Suffix.Length
            && ObjectName.TryParse(path[prefix.Length..^Suffix.Length], out name)
            && name.Key is not null == dataClass.HasKeys();
    }
}
