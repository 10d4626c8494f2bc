using System.Collections.Frozen;
using AgentKeys.Protocol;

namespace AgentKeys.Signer;

/// <summary>Which user's process may ask for keys of which class, and at which URL that class is served.</summary>
public sealed class PeerTable
{
    private readonly FrozenDictionary<uint, FrozenDictionary<DataClass, string>> _peers;

    private PeerTable(FrozenDictionary<uint, FrozenDictionary<DataClass, string>> peers) => _peers = peers;

    /// <summary>Every class that some peer serves.</summary>
    public IReadOnlyList<DataClass> Classes => [.. _peers.Values.SelectMany(p => p.Keys).Distinct().Order()];

    /// <summary>What this process may serve; null for a peer that is not listed.</summary>
    /// <param name="uid">from the kernel, never from the request; null when the connection has none.</param>
    public IReadOnlyDictionary<DataClass, string>? Find(uint? uid) => uid is { } known ? _peers.GetValueOrDefault(known) : null;

    /// <param name="faults">everything that is wrong, each naming its setting.</param>
    public static PeerTable Create(IEnumerable<PeerOptions> peers, ICollection<string> faults)
    {
        var table = new Dictionary<uint, FrozenDictionary<DataClass, string>>();
        foreach (var (index, peer) in peers.Index())
        {
            var setting = $"AgentKeys:Signer:Peers:{index}";
            if (peer.Uid is < 0 or >= uint.MaxValue)
                faults.Add($"{setting}:Uid must be a user id.");
            else if (!table.TryAdd((uint)peer.Uid, ReadClasses(peer, setting, faults)))
                faults.Add($"{setting}:Uid is listed twice.");
        }
        if (table.Count == 0)
            faults.Add("AgentKeys:Signer:Peers must list at least one worker.");
        return new PeerTable(table.ToFrozenDictionary());
    }

    private static FrozenDictionary<DataClass, string> ReadClasses(PeerOptions peer, string setting, ICollection<string> faults)
    {
        var classes = new Dictionary<DataClass, string>();
        foreach (var (name, url) in peer.Classes)
        {
            if (!DataClasses.TryParse(name, out var dataClass) || dataClass is not (DataClass.Credentials or DataClass.Memory))
                faults.Add($"{setting}:Classes:{name} is not a class with sealed objects.");
            else if (!IsPublicUrl(url))
                faults.Add($"{setting}:Classes:{name} must be an http or https URL without path, query or trailing slash.");
            else
                classes[dataClass] = url;
        }
        if (peer.Classes.Count == 0)
            faults.Add($"{setting}:Classes must name at least one class.");
        return classes.ToFrozenDictionary();
    }

    private static bool IsPublicUrl(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is ("http" or "https") && uri.GetLeftPart(UriPartial.Authority) == url;
}
